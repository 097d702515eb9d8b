import { tf } from "../../lib/engine";
import { normal, random } from "../../lib/math/random";
import type { Steer, SteeredModel, Trace } from "../../lib/model/intervention";
import { site } from "../../lib/model/taps";

export const model: SteeredModel = {
  name: "made up",
  fingerprint: "0123456789abcdef",
  layers: 2,
  heads: 2,
  headDim: 4,
  frameRate: 10,
};

/** What one call of a layer's tap added to z. */
export interface Added {
  layer: number;
  step: number;
  prefill: boolean;
  /** row, position, head, headDim; all zeros when the tap returned nothing */
  values: number[][][][];
  replaced: boolean;
}

/**
 * Call an intervention's taps as the decoder does, one prefill and then step after step, and note what they add.
 * @param z of a row at a step (negative in the prompt), in all heads; noise by default
 * @param copies how many times the rows stand in the value (2 with guidance)
 */
export function play(
  steer: Steer,
  {
    rows = 1,
    promptFrames = 3,
    steps = 12,
    copies = 1,
    lastOnly = false,
    z,
  }: {
    rows?: number;
    promptFrames?: number;
    steps?: number;
    copies?: number;
    lastOnly?: boolean;
    z?: (row: number, layer: number, step: number) => number[];
  } = {},
): { added: Added[]; trace: Trace[]; calls: number } {
  const uniform = random(4);
  const { heads, headDim, layers } = model;
  const intervention = steer({ model, rows, promptFrames });
  const added: Added[] = [];
  let calls = 0;
  const call = (from: number, count: number, prefill: boolean) => {
    const passage = { step: from, positions: count, prefill };
    intervention.begin?.(passage);
    for (let layer = 0; layer < layers; layer++) {
      const tap = intervention.taps.get(site(layer, "selfAttention.z"));
      if (!tap) continue;
      calls++;
      const narrow = prefill && lastOnly && layer === layers - 1;
      const [first, positions] = narrow ? [from + count - 1, 1] : [from, count];
      tf.tidy(() => {
        const values = Array.from({ length: copies * rows }, (_, row) =>
          Array.from({ length: positions }, (_, i) =>
            Array.from({ length: heads }, () =>
              z
                ? z(row % rows, layer, first + i)
                : Array.from({ length: headDim }, () => Math.fround(normal(uniform))),
            ),
          ),
        );
        const before = tf.tensor4d(values);
        const at = { site: site(layer, "selfAttention.z"), layer, step: first, positions, prefill };
        const after = tap(before, at);
        const difference = tf.sub(after ?? before, before).arraySync() as number[][][][];
        added.push({ layer, step: first, prefill, values: difference, replaced: after !== undefined });
      });
    }
    intervention.end?.(passage);
  };
  call(-(promptFrames + 1), promptFrames + 1, true);
  for (let step = 0; step < steps; step++) call(step, 1, false);
  const trace = intervention.trace!();
  intervention.dispose?.();
  return { added, trace, calls };
}
