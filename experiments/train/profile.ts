import { resolve } from "node:path";

/** Where trainings keep their state. */
export const stateFolder = resolve(__dirname, "../../data/cache/train");

/** How much of everything a training uses. */
export interface Profile {
  codec: { steps: number; songs: number; batch: number; report: number };
}

export const profiles: Record<"quick" | "full", Profile> = {
  quick: { codec: { steps: 400, songs: 4, batch: 4, report: 50 } },
  full: { codec: { steps: 3600, songs: 400, batch: 8, report: 100 } },
};
