import { experiments, named } from "./experiments";
import type { Experiment, Lab } from "./lab";
import { writeIndex } from "./page";
import { readOutcomes, writeConfig, writeOutcome, writeResults } from "./record";

/** How one experiment ended. */
export interface Ending {
  experiment: string;
  seconds: number;
  /** What went wrong, if anything. */
  error?: Error;
}

/**
 * Run experiments one after another; one that fails does not stop the others. After each of them the page and results.json
 * are made anew from all outcomes in the folder, those of earlier runs too.
 * @param names of experiments; none for all
 * @param onEnd told how each ended
 * @throws RangeError for an unknown name, before anything runs; the signal's reason, with what is finished kept
 */
export async function reproduce(
  lab: Lab,
  names: string[] = [],
  onEnd?: (ending: Ending) => void,
): Promise<Ending[]> {
  const endings: Ending[] = [];
  for (const experiment of named(names)) {
    const ending = await one(lab, experiment);
    endings.push(ending);
    onEnd?.(ending);
  }
  return endings;
}

async function one(lab: Lab, experiment: Experiment): Promise<Ending> {
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  lab.signal?.throwIfAborted();
  try {
    writeConfig(lab, experiment);
    await writeOutcome(lab, experiment, await experiment.run(lab));
    collect(lab.folder);
    return { experiment: experiment.name, seconds: seconds() };
  } catch (error) {
    lab.signal?.throwIfAborted();
    return { experiment: experiment.name, seconds: seconds(), error: error as Error };
  }
}

/** Make results.json and index.html of whatever outcomes a folder has. */
export function collect(folder: string): void {
  const outcomes = readOutcomes(
    folder,
    experiments.map(({ name }) => name),
  );
  writeResults(folder, outcomes);
  writeIndex(folder, outcomes);
}
