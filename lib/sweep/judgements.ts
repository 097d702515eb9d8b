import type { Judgements } from "../judges/agreement";
import { isPresent, type Verdict } from "../judges/presence";
import { mean } from "../math/statistics";
import type { HeadActivations } from "../probes/activations";
import type { ProbeSet } from "../probes/probe";
import { monitorOf, runMonitor, type Threshold } from "../steering/monitor";

/**
 * What the probes make of clips, to set beside the judges: the monitor C (median probability of the most accurate heads) at the
 * clip's last step, and whether it reaches the threshold.
 * @param activations of the clips, from `captureTokens`: z [clips, layers, heads, headDim]
 * @param options as SMITIN's monitor has them: 16 heads, the paper's threshold
 * @throws Error when the activations come from another model than the probes'; RangeError as `monitorOf`
 */
export function probeJudgements(
  probes: ProbeSet,
  { z, shape, model }: Pick<HeadActivations, "z" | "shape" | "model">,
  options: { heads?: number; threshold?: Threshold } = {},
): Judgements & { scores: number[] } {
  if (model.fingerprint !== probes.model.fingerprint)
    throw new Error(
      `probes of ${probes.model.name} (${probes.model.fingerprint}): expected its activations, found those of ${model.name} (${model.fingerprint})`,
    );
  const [clips, layers, heads, headDim] = shape;
  const monitor = monitorOf(probes, options);
  const running = runMonitor(monitor);
  const scores = Array.from({ length: clips }, (_, clip) => {
    for (const layer of running.layers) {
      const at = (clip * layers + layer) * heads * headDim;
      running.read(layer, z.subarray(at, at + heads * headDim)); // [heads x headDim]
    }
    return running.value();
  });
  return { judge: "probes", decisions: scores.map((score) => score >= monitor.threshold), scores };
}

/**
 * What a presence judge (the bundled one, or CLAP) makes of clips: its mean probability over windows, and `isPresent`.
 * @throws RangeError for a trait the judge does not know
 */
export function presenceJudgements(
  judge: string,
  verdicts: readonly Verdict[],
  trait: string,
): Judgements & { scores: number[] } {
  return {
    judge,
    decisions: verdicts.map((verdict) => isPresent(verdict, trait)),
    scores: verdicts.map(({ traits, probabilities }) =>
      mean(probabilities.map((row) => row[traits.indexOf(trait)])),
    ),
  };
}
