import { ownBusiness, type Phase } from "../protocol/ioMessages";

/** What the main thread does now. */
export interface Phases {
  readonly now: Phase;
  enter(next: Phase): void;
  /** Do something for the front end while a cell may be waiting. */
  aside<T>(work: () => T): T;
}

/** @param tell hears of each phase that begins */
export function createPhases(tell: (phase: Phase) => void = () => {}): Phases {
  let now: Phase = ownBusiness;
  const enter = (next: Phase) => {
    now = next;
    tell(next);
  };
  return {
    get now() {
      return now;
    },
    enter,
    aside(work) {
      const before = now;
      enter(ownBusiness);
      try {
        return work();
      } finally {
        enter(before);
      }
    },
  };
}
