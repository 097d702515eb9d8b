import type { OnProgress } from "../jobs/progress";
import type { SweepOptions } from "./options";

/** How much of a cell's time goes into its tokens; the rest is sound and judgement. */
const decodingShare = 0.9;

/** Tells `onProgress` how far a sweep is. */
export interface Reporter {
  /** What a batch of so many rows calls after every position. */
  within(rows: number): OnProgress;
  /** A cell is finished. */
  cell(): void;
}

/** @param total cells of the sweep, @param missing those of them that this run computes */
export function reporter(total: number, missing: number, { onProgress }: SweepOptions): Reporter {
  const started = performance.now();
  const restored = total - missing;
  let finished = 0;
  let decoded = 0;
  const report = () => {
    const done = decodingShare * decoded + (1 - decodingShare) * finished;
    const seconds = (performance.now() - started) / 1000;
    const secondsLeft = done > 0 ? (seconds / done) * (missing - done) : null;
    onProgress?.(finished === missing ? total : restored + done, total, { restored, seconds, secondsLeft });
  };
  return {
    within: (rows) => {
      const before = decoded;
      return (step, steps) => {
        decoded = before + (rows * step) / steps;
        report();
      };
    },
    cell() {
      finished++;
      report();
    },
  };
}
