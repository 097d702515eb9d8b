import { continuation } from "./experiments/continuation";
import { dataSize } from "./experiments/dataSize";
import { directionChoice } from "./experiments/directionChoice";
import { headViews } from "./experiments/headViews";
import { judgeAgreement, judgeAgreementLeftOut } from "./experiments/judgeAgreement";
import { listeningTest } from "./experiments/listeningTest";
import { monitorTrace } from "./experiments/monitorTrace";
import { probeGrids } from "./experiments/probeGrids";
import { severalTraits, severalTraitsLeftOut } from "./experiments/severalTraits";
import { synthetic } from "./experiments/synthetic";
import { textToMusic } from "./experiments/textToMusic";
import { tradeOff } from "./experiments/tradeOff";
import type { Experiment } from "./shared/lab";

/** All experiments, in the order in which they run and are shown. */
export const experiments: Experiment[] = [
  { name: "probe-grids", title: "probe accuracy of every head, four instruments", run: probeGrids },
  { name: "head-views", title: "clips as the best, middle and worst head see them", run: headViews },
  { name: "monitor-trace", title: "the monitor and the push, step by step", run: monitorTrace },
  {
    name: "continuation",
    title: "none, text, ITI and SMITIN on prompts without an instrument",
    run: continuation,
  },
  { name: "text-to-music", title: "the same from captions that do not name it", run: textToMusic },
  { name: "trade-off", title: "success and coherence along alpha and K", run: tradeOff },
  { name: "direction-choice", title: "five kinds of direction", run: directionChoice },
  { name: "data-size", title: "success against the number of training pairs", run: dataSize },
  {
    name: "judge-agreement",
    title: "what the probes find against what the judge hears",
    run: judgeAgreement,
    leftOut: judgeAgreementLeftOut,
  },
  {
    name: "several-traits",
    title: "one instrument in, another out, at once",
    run: severalTraits,
    leftOut: severalTraitsLeftOut,
  },
  { name: "synthetic", title: "real against synthetic music as a trait", run: synthetic },
  { name: "listening-test", title: "a page for blind ratings of takes", run: listeningTest },
];

/**
 * Experiments by name; all of them for no names.
 * @throws RangeError for a name that there is not
 */
export function named(names: string[]): Experiment[] {
  for (const name of names) {
    if (experiments.some((experiment) => experiment.name === name)) continue;
    const known = experiments.map((experiment) => experiment.name).join(", ");
    throw new RangeError(`experiment: expected one of ${known}, found "${name}"`);
  }
  return experiments.filter(({ name }) => names.length === 0 || names.includes(name));
}
