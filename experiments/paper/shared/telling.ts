import type { OnProgress } from "../../../lib/jobs/progress";
import type { Lab } from "./lab";

/** What a part of an experiment's work calls as it goes on; ends it where the lab was stopped. @param what it is, in words */
export function telling(lab: Pick<Lab, "onProgress" | "signal">, what: string): OnProgress {
  return (done, total) => {
    lab.signal?.throwIfAborted();
    lab.onProgress?.(done, total, what);
  };
}
