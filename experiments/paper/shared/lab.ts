import type { Audio } from "../../../lib/audio/audio";
import type { Figure } from "../../../lib/figures/figure";
import type { OnProgress } from "../../../lib/jobs/progress";
import type { PresenceJudge } from "../../../lib/judges/presence";
import type { MusicGen } from "../../../lib/model/musicgen";
import type { SweepJudge } from "../../../lib/sweep/measure";
import type { Table } from "../report/table";
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

/** What an experiment found. */
export interface Outcome {
  title: string;
  /** What was done, in a few sentences. */
  about: string;
  rows: ResultRow[];
  table: Table;
  /** Claims of the paper, each with a number that says whether it holds here. */
  findings: Finding[];
  figures: { name: string; figure: Figure }[];
  sounds: Sound[];
  /** What a reader must know to read the numbers. */
  notes: string[];
  /** What else belongs into the experiment's folder: name to content. */
  files?: Record<string, string | Uint8Array>;
}

/** One row of results.json. Null where a field does not apply. */
export interface ResultRow {
  experiment: string;
  trait: string;
  method: string;
  alpha: number | null;
  topK: number | "all" | null;
  direction: string | null;
  /** Cases that the rate is over: takes, or clips. */
  n: number;
  /** Share of takes in which the judge hears the trait; for probes, share of clips told right. */
  success: number | null;
  /** Its 95 % interval. */
  low: number | null;
  high: number | null;
  /** Frechet audio distance to clips with the trait. */
  fad: number | null;
  /** Mean similarity to the prompt. */
  similarity: number | null;
  /** Share of the prompts' other instruments that are still heard. */
  kept: number | null;
  seed: number;
  profile: string;
}

/** A claim, holding when the whole 95 % interval lies above zero. */
export interface Finding {
  claim: string;
  /** Null when it could not be measured: the note says why. */
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  note?: string;
}

/** Something to listen to. */
export interface Sound {
  /** The file's name, without ending. */
  name: string;
  label: string;
  audio: Audio;
  /** Seconds of the prompt at its beginning. */
  prompt?: number;
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
