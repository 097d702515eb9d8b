import { type FileTree, folders } from "../files/tree";
import { parseSongName, type StemSong } from "./stemSong";

const parts = ["vocals", "drums", "bass", "other"];

/**
 * The songs of MUSDB18-HQ (Rafii et al. 2019): `train/` and `test/`, in each a folder `Artist - Title` with `drums.wav`,
 * `bass.wav`, `other.wav`, `vocals.wav`. `mixture.wav` is not used: mixes are made of the stems.
 * Source of the layout: the repository sigsep/sigsep-mus-db.
 * @throws Error when neither folder is there, on a song that lacks a stem, and on MUSDB18's stem.mp4 files
 */
export function readMusdb18hq(tree: FileTree): StemSong[] {
  const root = tree.nameOf("");
  const splits = (["train", "test"] as const).filter((split) => tree.kindOf(split) !== undefined);
  if (splits.length === 0)
    throw new Error(`${root}: expected the folders train and test of MUSDB18-HQ, found neither`);
  const songs = splits.flatMap((split) =>
    folders(tree, split).map((name): StemSong => {
      const stems = parts.map((part) => ({ names: [part], file: tree.file(`${split}/${name}/${part}.wav`) }));
      const missing = parts.find((part) => tree.kindOf(`${split}/${name}/${part}.wav`) === undefined);
      if (missing)
        throw new Error(
          `${tree.nameOf(`${split}/${name}/${missing}.wav`)}: expected a stem of MUSDB18-HQ, found nothing there`,
        );
      return { id: `${split}/${name}`.normalize(), ...parseSongName(name), split, stems };
    }),
  );
  if (songs.length > 0) return songs;
  const compressed = splits.flatMap((split) => tree.list(split).filter((name) => name.endsWith(".stem.mp4")));
  if (compressed.length > 0)
    throw new Error(
      `${root}: expected MUSDB18-HQ (folders of WAV files), found ${compressed.length} stem.mp4 files: this is MUSDB18, the ` +
        "compressed version. Get musdb18hq.zip from the same Zenodo pages, or write each song's stems as WAV",
    );
  throw new Error(`${root}: expected songs in ${splits.join(" and ")}, found none`);
}
