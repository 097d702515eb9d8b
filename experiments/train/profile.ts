import { resolve } from "node:path";

/** Where trainings keep their state. */
export const stateFolder = resolve(__dirname, "../../data/cache/train");

/** How much of everything a training uses. */
export interface Profile {
  codec: { steps: number; songs: number; batch: number; report: number };
  decoder: {
    steps: number;
    songs: number;
    /** Line-ups of each song. */
    variants: number;
    batch: number;
    report: number;
    /** Unseen songs that the loss is reported on. */
    validation: number;
  };
  judge: { songs: number; variants: number; epochs: number };
}

export const profiles: Record<"quick" | "full", Profile> = {
  quick: {
    codec: { steps: 400, songs: 4, batch: 4, report: 50 },
    decoder: { steps: 10, songs: 4, variants: 1, batch: 2, report: 5, validation: 2 },
    judge: { songs: 4, variants: 2, epochs: 2 },
  },
  full: {
    codec: { steps: 2600, songs: 300, batch: 8, report: 100 },
    decoder: { steps: 1200, songs: 1085, variants: 3, batch: 6, report: 20, validation: 24 },
    judge: { songs: 200, variants: 2, epochs: 3 },
  },
};
