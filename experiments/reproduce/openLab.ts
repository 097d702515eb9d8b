import { resolve } from "node:path";
import { loadMusicGen } from "../../lib/model/load";
import { type Progress as Bar, progress } from "../../lib/notebook/progress";
import { bundledJudge } from "../../lib/sweep/recipe";
import type { Lab, Progress } from "./lab";
import { type Profile, profiles } from "./profile";

/** Where results go unless asked otherwise: those of smaller profiles beside the full one's, which they must not replace. */
export function folderOf(profile: Profile["name"]): string {
  return resolve(__dirname, "../../figures/reproduce", profile === "full" ? "" : profile);
}

export interface OpenOptions {
  /** As for `loadMusicGen`. Default: the bundled model. */
  model?: string;
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
 * @throws Error of `loadMusicGen` and `loadJudge`; RangeError for an impossible seed
 */
export async function openLab(options: OpenOptions = {}): Promise<OpenedLab> {
  const { profile = "quick", sizes = {}, folder = folderOf(profile), seed = 1, signal } = options;
  if (!Number.isInteger(seed) || seed < 0 || seed > 999)
    throw new RangeError(`seed: expected an integer from 0 to 999, found ${seed}`);
  const model = await loadMusicGen(options.model);
  const { judge, fingerprint } = await bundledJudge();
  const bars = progressBars();
  return {
    model,
    judge: { ...judge, fingerprint },
    profile: { ...profiles[profile], ...sizes },
    folder: resolve(folder),
    seed,
    signal,
    onProgress: bars.show,
    endBar: bars.end,
  };
}

/** One bar at a time: a new piece of work ends the last one's. */
function progressBars() {
  let current: { what: string; shown: number; bar: Bar } | undefined;
  const end = () => {
    current?.bar.done();
    current = undefined;
  };
  return {
    end,
    show({ what, done, total }: Progress) {
      if (!current || current.what !== what) {
        end();
        current = { what, shown: 0, bar: progress(what, total) };
      }
      const more = Math.floor(done) - current.shown;
      if (more <= 0) return;
      current.bar.tick(more);
      current.shown += more;
      if (done >= total) end();
    },
  };
}
