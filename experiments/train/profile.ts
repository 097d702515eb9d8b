import { resolve } from "node:path";
import { cacheFolder } from "../../lib/disk/cacheFolder";

/** Where trainings keep their state: data/cache/train, or SMITIN_TRAIN. */
export const stateFolder = resolve(process.env.SMITIN_TRAIN || cacheFolder("train"));

/** How much of everything a training uses. */
export interface Profile {
  /** `warmUp`: first steps without quantisation, so that the latent space has a shape before codes divide it. */
  codec: { steps: number; warmUp: number; songs: number; batch: number; report: number };
  decoder: {
    steps: number;
    /** Steps after these in which what reads the caption learns alone. */
    textSteps: number;
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
    codec: { steps: 4, warmUp: 2, songs: 2, batch: 1, report: 2 },
    decoder: { steps: 2, textSteps: 2, songs: 2, variants: 1, batch: 1, report: 1, validation: 1 },
    judge: { songs: 2, variants: 1, epochs: 1 },
  },
  full: {
    codec: { steps: 7400, warmUp: 300, songs: 300, batch: 8, report: 100 },
    decoder: { steps: 1400, textSteps: 500, songs: 3200, variants: 3, batch: 8, report: 20, validation: 24 },
    judge: { songs: 200, variants: 2, epochs: 3 },
  },
};
