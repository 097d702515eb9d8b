import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkSoundName } from "../audio/sound";
import { baseName, foldersWith, soundFiles } from "./folders";
import { parseSongName } from "./stemSong";

/** A recording with a trait and one without it. */
export interface RecordedPair {
  /** the name they share, with / between folders */
  id: string;
  artist: string;
  title: string;
  with: string;
  without: string;
}

/**
 * Anybody's pairs: `with/` and `without/` hold files of the same names (their endings may differ), in folders or not.
 * A file called `Artist - Title` tells the artist.
 * @throws Error when a folder is not there, a file has no partner or is of a format that cannot be read, or two files of a
 *   folder differ in their ending only
 */
export function readPairFolder(root: string): RecordedPair[] {
  const [having, lacking] = ["with", "without"].map((side) => filesByName(join(root, side)));
  for (const [files, other, side] of [
    [having, lacking, "without"],
    [lacking, having, "with"],
  ] as const) {
    const lonely = [...files.keys()].find((name) => !other.has(name));
    if (lonely !== undefined)
      throw new Error(
        `${files.get(lonely)}: expected a partner of that name in ${join(root, side)}, found none`,
      );
  }
  if (having.size === 0) throw new Error(`${join(root, "with")}: expected sound files, found none`);
  return [...having].map(([id, path]) => ({
    id,
    ...parseSongName(id.slice(id.lastIndexOf("/") + 1)),
    with: path,
    without: lacking.get(id)!,
  }));
}

function filesByName(folder: string): Map<string, string> {
  if (!existsSync(folder))
    throw new Error(`${folder}: expected a folder of sound files, found nothing there`);
  const files = new Map<string, string>();
  for (const below of foldersWith(folder, (path) => soundFiles(path).length > 0)) {
    for (const name of soundFiles(join(folder, below))) {
      const id = below === "" ? baseName(name) : `${below}/${baseName(name)}`;
      const path = join(folder, below, name);
      checkSoundName(path);
      const before = files.get(id);
      if (before) throw new Error(`${path}: expected one file of that name, found ${before} too`);
      files.set(id, path);
    }
  }
  return files;
}
