import { checkSoundName, isSoundName } from "../audio/sound";
import { baseName, below } from "../files/path";
import { type FileTree, files, foldersWith } from "../files/tree";
import { comparable, parseSongName, type StemSong } from "./stemSong";

/**
 * Anybody's songs with stems: every folder, at any depth, that holds at least two sound files is a song, each file a stem
 * named by the words of its name (`01 Drums left.wav` is heard in the traits 01, drums and left). Files with the word mix,
 * mixture, mixdown, master or accompaniment are no stems. A folder called `Artist - Title` tells the artist; otherwise the
 * outermost folder around it does (`Artist/Album/Title`), unless it is called train, test or valid or holds all songs.
 * @throws Error when there is no such folder; naming a stem of a format that cannot be read
 */
export function readStemFolder(tree: FileTree): StemSong[] {
  const songs = foldersWith(tree, "", (path) => stemFiles(tree, path).length >= 2);
  if (songs.length === 0)
    throw new Error(`${tree.nameOf("")}: expected folders with a sound file for every stem, found none`);
  const outermost = (id: string) => (id.includes("/") ? id.slice(0, id.indexOf("/")) : "");
  const told = new Set(songs.map(outermost)).size > 1;
  return songs.map((id) => {
    const { artist, title } = parseSongName(id.slice(id.lastIndexOf("/") + 1));
    const around = told && !/^(train|test|valid)/i.test(outermost(id)) ? outermost(id) : "";
    const stems = stemFiles(tree, id).map((name) => {
      const file = tree.file(below(id, name));
      checkSoundName(file.name);
      return { names: words(name), file };
    });
    return { id: (id || ".").normalize(), artist: artist || around, title, stems };
  });
}

const mixes = new Set(["mix", "mixture", "mixdown", "master", "accompaniment"]);

function stemFiles(tree: FileTree, path: string): string[] {
  return files(tree, path).filter(
    (name) => isSoundName(name) && !words(name).some((word) => mixes.has(word)),
  );
}

function words(name: string): string[] {
  return comparable(baseName(name))
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== "");
}
