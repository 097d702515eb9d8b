import type { ModelIdentity } from "./probe";

/** z of every head for labelled clips: what probes are trained on. */
export interface HeadActivations {
  z: Float32Array; // [clips, layers, heads, headDim]
  shape: [clips: number, layers: number, heads: number, headDim: number];
  /** 1 with the trait, 0 without: [clips] */
  labels: Uint8Array;
  /** clips of one number are one pair, kept in one fold: [clips] */
  pair: Int32Array;
  /** clips of one number come from one song, kept in one fold: [clips]. Without it each pair stands alone. */
  group?: Int32Array;
  trait: string;
  /** site name with * for the layer */
  site: string;
  model: ModelIdentity;
  /** what the clips are, in words */
  recipe: string;
}

/** @throws Error on lengths that contradict the shape, labels other than 0 and 1, one class only, a value not finite */
export function checkActivations(activations: HeadActivations): void {
  const { z, shape, labels, pair, group } = activations;
  const [clips, layers, heads, headDim] = shape;
  const size = clips * layers * heads * headDim;
  if (z.length !== size) {
    throw new Error(`activations: shape [${shape}] needs ${size} values of z, found ${z.length}`);
  }
  for (const [name, list] of Object.entries({ labels, pair, group })) {
    if (list && list.length !== clips) {
      throw new Error(
        `activations: ${name} needs one entry for each of ${clips} clips, found ${list.length}`,
      );
    }
  }
  const odd = labels.findIndex((label) => label > 1);
  if (odd >= 0) throw new Error(`activations: labels are 0 or 1, found ${labels[odd]} at clip ${odd}`);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === clips) {
    throw new Error(
      `activations: probes need clips with and without the trait, found ${positives} with, ${clips - positives} without`,
    );
  }
  for (let i = 0; i < z.length; i++) {
    if (Number.isFinite(z[i])) continue;
    const head = Math.floor(i / headDim);
    const place = `clip ${Math.floor(head / (layers * heads))}, layer ${Math.floor(head / heads) % layers}`;
    throw new Error(`activations: z is ${z[i]} at ${place}, head ${head % heads}`);
  }
}
