import { type HeadActivations, headZ } from "../probes/activations";
import { type PlannedSteer, planned } from "./methods";
import { checkHead, type Replacement } from "./plan";
import { everyStep, type Schedule } from "./schedule";

/** One attention head. */
export interface Head {
  layer: number;
  head: number;
}

/**
 * Take chosen heads out: their z becomes zero (Michel et al. 2019, section 3), or the mean over clips, which keeps the
 * layers after it on familiar ground (mean ablation: Wang et al. 2022). Composes: `together(ablate(heads), smitin(probes))`.
 * @param options mean: the clips to average z of (at their last step); from: "start", the prompt too, as ablation
 *   usually means the whole run; schedule: every step, a share of 0.5 goes half the way
 * @returns what `generate` takes as `steer`
 * @throws Error on a head listed twice or not in the activations; when generating, on a head that the model does not
 *   have, or another model than the activations'
 */
export function ablate(
  heads: Head[],
  {
    mean,
    schedule = everyStep(),
    from = "start",
  }: { mean?: HeadActivations; schedule?: Schedule; from?: "new" | "start" } = {},
): PlannedSteer {
  const replacements = distinct("ablate", heads).map(({ layer, head }): Replacement => {
    const average = mean ? meanOf(mean, { layer, head }) : 0;
    return { layer, head, at: () => average };
  });
  return planned({
    channels: [],
    edits: [{ name: "ablate", model: mean?.model, heads: replacements, schedule, from }],
  });
}

/** @throws Error on a head listed twice, on an empty list */
export function distinct(name: string, heads: Head[]): Head[] {
  if (heads.length === 0) throw new Error(`${name}: expected at least one head, found none`);
  const seen = new Set<string>();
  for (const { layer, head } of heads) {
    const key = `layer ${layer}, head ${head}`;
    if (seen.has(key)) throw new Error(`${name}: ${key} is listed twice`);
    seen.add(key);
  }
  return heads;
}

/** z of one head averaged over all clips: [headDim]. */
function meanOf(activations: HeadActivations, head: Head): Float32Array {
  const [clips, layers, heads, headDim] = activations.shape;
  checkHead("ablate", head.layer, head.head, { layers, heads });
  const sums = new Float64Array(headDim);
  for (let clip = 0; clip < clips; clip++) {
    const z = headZ(activations, clip, head);
    for (let d = 0; d < headDim; d++) sums[d] += z[d];
  }
  return Float32Array.from(sums, (sum) => sum / clips);
}
