import { bundledJudge } from "../disk/loadJudge";
import { bandCaptions, instrumentCaptions } from "../judges/clap";
import { hashOf } from "../math/hash";
import type { KnownJudge } from "../sweep/recipe";
import { type LoadClapOptions, loadClap } from "./loadClap";

/** Opens a judge. @param traits what it will be asked about; a judge that knows others only is opened all the same */
export type OpenJudge = (traits: string[]) => Promise<KnownJudge>;

/**
 * Every judge, by the name that `--judge` takes and a sweep's recipe keeps. A new judge is a file that opens it and a line here;
 * then `openJudge`, `smitin sweep`, its workers and the paper's experiments know it.
 */
export const judges: Record<string, OpenJudge> = {
  bundled: bundledJudge,
  clap: clapJudge,
};

/** @throws RangeError for a name that there is not; Error when the judge's files are not here */
export async function openJudge(name: string, traits: string[] = []): Promise<KnownJudge> {
  if (!Object.hasOwn(judges, name))
    throw new RangeError(`judge: expected one of ${Object.keys(judges).join(", ")}, found "${name}"`);
  return judges[name](traits);
}

/** CLAP with captions of the band's instruments and of these traits. @throws Error as `loadClap` */
export async function clapJudge(traits: string[], options: LoadClapOptions = {}): Promise<KnownJudge> {
  const captions = Object.fromEntries(
    [...new Set([...Object.keys(bandCaptions), ...traits])].map((trait) => [
      trait,
      bandCaptions[trait] ?? instrumentCaptions(trait),
    ]),
  );
  const { name, traits: known, hear } = await loadClap({ captions, ...options });
  const fingerprint = hashOf(name, JSON.stringify(captions));
  return { name, judge: { traits: known, fingerprint, hear }, fingerprint };
}
