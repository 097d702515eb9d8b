import { experiments, named } from "./experiments";
import { dataNotes } from "./report/dataNotes";
import { writeIndex } from "./report/page";
import { readOutcomes, writeConfig, writeOutcome, writeResults } from "./report/record";
import type { Experiment, Lab } from "./shared/lab";
import type { Outcome } from "./shared/outcome";

/** How one experiment ended. */
export interface Ending {
  experiment: string;
  seconds: number;
  /** What went wrong, if anything. */
  error?: Error;
  /** Why it was left out, where it was. */
  leftOut?: string;
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
    const leftOut = experiment.leftOut?.(lab);
    const outcome = leftOut ? absent(experiment, leftOut) : await experiment.run(lab);
    await writeOutcome(lab, experiment, { ...outcome, notes: [...outcome.notes, ...dataNotes(lab)] });
    collect(lab.folder);
    return { experiment: experiment.name, seconds: seconds(), leftOut };
  } catch (error) {
    lab.signal?.throwIfAborted();
    return { experiment: experiment.name, seconds: seconds(), error: error as Error };
  }
}

/** What the page says of an experiment that was left out. */
function absent({ title }: Experiment, why: string): Outcome {
  const nothing = {
    rows: [],
    table: { columns: [], rows: [] },
    findings: [],
    figures: [],
    sounds: [],
    notes: [],
  };
  return { title, about: `Left out: ${why}.`, ...nothing };
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
