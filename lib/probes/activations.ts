import type { ModelIdentity } from "./probe";

/** z of every head for labelled clips: what probes are trained on. */
export interface HeadActivations {
  z: Float32Array; // [clips, layers, heads, headDim]
  shape: [clips: number, layers: number, heads: number, headDim: number];
  /** 1 with the trait, 0 without: [clips] */
  labels: Uint8Array;
  /** clips of one number are one pair, kept in one fold: [clips] */
  pair: Int32Array;
  /** clips of one number come from one song, or one artist, kept in one fold: [clips]. Without it each pair stands alone. */
  group?: Int32Array;
  trait: string;
  /** site name with * for the layer */
  site: string;
  model: ModelIdentity;
  /** what the clips are, in words */
  recipe: string;
}

/** z of every head for clips with a number each: what ridge probes are trained on. */
export interface ValueActivations extends Omit<HeadActivations, "labels" | "pair"> {
  values: Float32Array; // [clips]
  /** of the values */
  unit: string;
}

/** One head's z of one clip: [headDim]. */
export function headZ(
  { z, shape: [, layers, heads, headDim] }: Pick<HeadActivations, "z" | "shape">,
  clip: number,
  { layer, head }: { layer: number; head: number },
): Float32Array {
  const at = ((clip * layers + layer) * heads + head) * headDim;
  return z.subarray(at, at + headDim);
}

/**
 * The activations of one head alone, as those of a model with one head: what `trainProbes` fits a single probe on, and whose
 * z is [clips, headDim].
 * @throws Error on a head that the activations do not hold
 */
export function ofHead<Kind extends Pick<HeadActivations, "z" | "shape">>(
  activations: Kind,
  head: { layer: number; head: number },
): Kind {
  const [clips, layers, heads, headDim] = activations.shape;
  const isThere = (i: number, count: number) => Number.isInteger(i) && i >= 0 && i < count;
  if (!isThere(head.layer, layers) || !isThere(head.head, heads)) {
    throw new Error(
      `ofHead: there is no layer ${head.layer}, head ${head.head}: the activations hold ${layers} layers of ${heads} heads`,
    );
  }
  const z = new Float32Array(clips * headDim);
  for (let clip = 0; clip < clips; clip++) z.set(headZ(activations, clip, head), clip * headDim);
  return { ...activations, z, shape: [clips, 1, 1, headDim] };
}

/** @throws Error on lengths that contradict the shape, labels other than 0 and 1, one class only, a value not finite */
export function checkActivations(activations: HeadActivations): void {
  const { shape, labels } = activations;
  const clips = shape[0];
  checkLengths(activations);
  const odd = labels.findIndex((label) => label > 1);
  if (odd >= 0) throw new Error(`activations: labels are 0 or 1, found ${labels[odd]} at clip ${odd}`);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === clips) {
    throw new Error(
      `activations: probes need clips with and without the trait, found ${positives} with, ${clips - positives} without`,
    );
  }
  checkZ(activations);
}

/** @throws Error on lengths that contradict the shape, a value not finite */
export function checkFinite(activations: ValueActivations): void {
  const { values } = activations;
  checkLengths(activations);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new Error(`activations: expected finite values, found ${values[bad]} at clip ${bad}`);
  checkZ(activations);
}

function checkLengths(activations: HeadActivations | ValueActivations): void {
  const { z, shape, group } = activations;
  const [clips, layers, heads, headDim] = shape;
  const size = clips * layers * heads * headDim;
  if (z.length !== size) {
    throw new Error(`activations: shape [${shape}] needs ${size} values of z, found ${z.length}`);
  }
  const { labels, pair, values } = activations as Partial<HeadActivations & ValueActivations>;
  for (const [name, list] of Object.entries({ labels, pair, group, values })) {
    if (list && list.length !== clips) {
      throw new Error(
        `activations: ${name} needs one entry for each of ${clips} clips, found ${list.length}`,
      );
    }
  }
}

function checkZ({ z, shape }: Pick<HeadActivations, "z" | "shape">): void {
  const [, layers, heads, headDim] = shape;
  for (let i = 0; i < z.length; i++) {
    if (Number.isFinite(z[i])) continue;
    const head = Math.floor(i / headDim);
    const place = `clip ${Math.floor(head / (layers * heads))}, layer ${Math.floor(head / heads) % layers}`;
    throw new Error(`activations: z is ${z[i]} at ${place}, head ${head % heads}`);
  }
}
