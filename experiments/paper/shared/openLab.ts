import { resolve } from "node:path";
import { describeData } from "../../../lib/disk/openData";
import { packagePath } from "../../../lib/disk/packageRoot";
import { loadMusicGen } from "../../../lib/loadMusicGen";
import { progress } from "../../../lib/notebook/progress";
import type { Lab } from "./lab";
import { openLabJudge } from "./labJudge";
import { type Profile, profiles } from "./profile";
import { isRecorded } from "./recorded";
import { profileOn } from "./traits";

/**
 * Where results go unless asked otherwise: those of smaller profiles, and of other data, beside the band's full ones, which they
 * must not replace.
 * @throws Error for data of no known kind
 */
export function folderOf(profile: Profile["name"], data = "studio"): string {
  const music = isRecorded({ data }) ? describeData(data).replace(" ", "-") : "";
  return packagePath("figures/reproduce", music, profile === "full" ? "" : profile);
}

export interface OpenOptions {
  /** As for `loadMusicGen`. Default: the bundled model. */
  model?: string;
  /** As for `openPairs`. Default: the studio band. */
  data?: string;
  /** What is steered for. Default: those of the profile's traits that the data have. */
  traits?: string[];
  /** Who decides about success, as for `openJudge`. Default: the bundled one. */
  judge?: string;
  profile?: Profile["name"];
  /** Other sizes than the profile's. */
  sizes?: Partial<Profile>;
  /** Default: that of the profile. */
  folder?: string;
  seed?: number;
  signal?: AbortSignal;
}

/** A lab whose work is shown by a progress bar; `endBar` ends the last one. */
export type OpenedLab = Lab & { endBar(): void };

/**
 * What experiments are given, with model and judge loaded: in a notebook, `const lab = await openLab()`.
 * @throws Error of `profileOn`, `loadMusicGen` and `openLabJudge`; RangeError for an impossible seed
 */
export async function openLab(options: OpenOptions = {}): Promise<OpenedLab> {
  const { profile: name = "quick", sizes = {}, data = "studio", seed = 1, signal } = options;
  const { folder = folderOf(name, data) } = options;
  if (!Number.isInteger(seed) || seed < 0 || seed > 999)
    throw new RangeError(`seed: expected an integer from 0 to 999, found ${seed}`);
  const profile = profileOn({ ...profiles[name], ...sizes }, data, options.traits);
  const model = await loadMusicGen(options.model);
  const judge = await openLabJudge(options.judge ?? "bundled", profile.traits);
  const bar = progress("");
  return {
    model,
    judge,
    data,
    profile,
    folder: resolve(folder),
    seed,
    signal,
    onProgress: bar,
    endBar: bar.done,
  };
}
