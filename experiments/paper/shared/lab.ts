import type { OnProgress } from "../../../lib/jobs/progress";
import type { PresenceJudge } from "../../../lib/judges/presence";
import type { MusicGen } from "../../../lib/model/musicgen";
import type { SweepJudge } from "../../../lib/sweep/measure";
import type { Outcome } from "./outcome";
import type { Profile } from "./profile";

/** What every experiment is given. */
export interface Lab {
  model: MusicGen;
  judge: LabJudge;
  /** Where music comes from, as for `openPairs`: "studio", the studio band, or recorded songs. */
  data: string;
  profile: Profile;
  /** Where everything goes: an experiment's own folder in it has the experiment's name. */
  folder: string;
  /** Which songs, and what every random choice comes from; 0 to 999. */
  seed: number;
  /** Told of every part of the work that takes a while, and what it is. */
  onProgress?: OnProgress<string>;
  /** Stops the work; what is finished stays and is not computed again. */
  signal?: AbortSignal;
}

/** Decides about success; embeds clips for Frechet distances. */
export interface LabJudge extends SweepJudge, Pick<PresenceJudge, "embed"> {
  /** As tables and texts call it. */
  name: string;
  /** The bundled one: it knows the studio band's sounds only, and is also what embeds. */
  isBundled: boolean;
}

/** An experiment of the paper. */
export interface Experiment {
  /** As on the command line and in results: the folder's name too. */
  name: string;
  title: string;
  /** Why it says nothing about a lab's data, where that is so: it is then left out. */
  leftOut?(lab: Lab): string | undefined;
  run(lab: Lab): Promise<Outcome>;
}
