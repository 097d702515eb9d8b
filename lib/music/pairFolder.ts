import { checkSoundName, isSoundName } from "../audio/sound";
import { baseName, below } from "../files/path";
import { type FileTree, files, foldersWith, type TreeFile } from "../files/tree";
import { parseSongName } from "./stemSong";

/** A recording with a trait and one without it. */
export interface RecordedPair {
  /** the name they share, with / between folders */
  id: string;
  artist: string;
  title: string;
  with: TreeFile;
  without: TreeFile;
}

/**
 * Anybody's pairs: `with/` and `without/` hold files of the same names (their endings may differ), in folders or not.
 * A file called `Artist - Title` tells the artist.
 * @throws Error when a folder is not there, a file has no partner or is of a format that cannot be read, or two files of a
 *   folder differ in their ending only
 */
export function readPairFolder(tree: FileTree): RecordedPair[] {
  const [having, lacking] = ["with", "without"].map((side) => filesByName(tree, side));
  for (const [sounds, other, side] of [
    [having, lacking, "without"],
    [lacking, having, "with"],
  ] as const) {
    const lonely = [...sounds.keys()].find((name) => !other.has(name));
    if (lonely !== undefined)
      throw new Error(
        `${sounds.get(lonely)!.name}: expected a partner of that name in ${tree.nameOf(side)}, found none`,
      );
  }
  if (having.size === 0) throw new Error(`${tree.nameOf("with")}: expected sound files, found none`);
  return [...having].map(([id, file]) => ({
    id,
    ...parseSongName(id.slice(id.lastIndexOf("/") + 1)),
    with: file,
    without: lacking.get(id)!,
  }));
}

function filesByName(tree: FileTree, side: string): Map<string, TreeFile> {
  if (tree.kindOf(side) === undefined)
    throw new Error(`${tree.nameOf(side)}: expected a folder of sound files, found nothing there`);
  const sounds = new Map<string, TreeFile>();
  const soundsIn = (path: string) => files(tree, path).filter(isSoundName);
  for (const folder of foldersWith(tree, side, (path) => soundsIn(path).length > 0)) {
    for (const name of soundsIn(folder === "" ? side : below(side, folder))) {
      const id = below(folder, baseName(name)).normalize(); // macOS takes letters and their marks apart
      const file = tree.file(below(side, below(folder, name)));
      checkSoundName(file.name);
      const before = sounds.get(id);
      if (before) throw new Error(`${file.name}: expected one file of that name, found ${before.name} too`);
      sounds.set(id, file);
    }
  }
  return sounds;
}
