import type { TreeFile } from "../files/tree";
import { permutation, random } from "../math/random";

/** One recorded part of a song. */
export interface Stem {
  /** what it is called, most general first: a trait that equals one of these is heard in it */
  names: string[];
  file: TreeFile;
}

/** A song with a file for every part. */
export interface StemSong {
  /** its place below the data set's folder, with / between folders: what a song is known by */
  id: string;
  /** as written; empty when unknown */
  artist: string;
  title: string;
  /** where the data set itself puts the song */
  split?: Split;
  stems: Stem[];
}

export type Split = "train" | "test";

/**
 * Songs of one side of an artist-disjoint split. A data set with a split of its own keeps it, but a test song whose artist
 * is in the training set too is left out; other songs are dealt artist by artist, the same way for the same artists and seed.
 * @param testShare share of the artists that are test artists, where songs are dealt
 * @returns the songs, in their order, and how many were left out of the test set
 * @throws Error when the side is empty
 */
export function splitByArtist<Song extends Pick<StemSong, "id" | "artist" | "split">>(
  songs: Song[],
  side: Split | "all",
  { testShare = 0.2, seed = 1 }: { testShare?: number; seed?: number } = {},
): { songs: Song[]; leftOut: number } {
  if (!(testShare > 0 && testShare < 1))
    throw new RangeError(`testShare: expected a number between 0 and 1, found ${testShare}`);
  if (side === "all") return { songs, leftOut: 0 };
  const own = songs.some((song) => song.split !== undefined);
  const dealt = own ? undefined : testArtists(songs, testShare, seed);
  const trained = new Set(songs.filter(({ split }) => split === "train").map(artistOf));
  const chosen = songs.filter((song) =>
    dealt ? dealt.has(artistOf(song)) === (side === "test") : song.split === side,
  );
  const kept = own && side === "test" ? chosen.filter((song) => !trained.has(artistOf(song))) : chosen;
  if (kept.length === 0)
    throw new Error(
      `split ${side}: expected at least one song, found none among ${songs.length} (by artist)`,
    );
  return { songs: kept, leftOut: chosen.length - kept.length };
}

/** The number of each song's artist: the same for the same artist, whatever the spelling's case; unknown ones differ. */
export function artistNumbers(songs: Pick<StemSong, "id" | "artist">[]): number[] {
  const names = [...new Set(songs.map(artistOf))].sort();
  const numbers = new Map(names.map((name, number) => [name, number]));
  return songs.map((song) => numbers.get(artistOf(song))!);
}

/** "Artist - Title" taken apart; without a dash there is no artist. */
export function parseSongName(name: string): { artist: string; title: string } {
  const [artist, ...title] = name.split(" - ");
  return title.length > 0 ? { artist, title: title.join(" - ") } : { artist: "", title: name };
}

/**
 * A name to be compared: the same for the same name, whatever its case and however its letters are stored. macOS takes letters and
 * their marks apart, and joiners may stand in Indic scripts without changing the word.
 */
export function comparable(name: string): string {
  return name
    .normalize("NFKC")
    .replaceAll(/[\u200c\u200d]/g, "")
    .trim()
    .toLowerCase();
}

/** A number for a text (FNV-1a, 32 bits), to seed what belongs to it. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

function artistOf({ artist, id }: Pick<StemSong, "id" | "artist">): string {
  const name = comparable(artist);
  return name === "" ? `/${id}` : name;
}

function testArtists(songs: Pick<StemSong, "id" | "artist">[], share: number, seed: number): Set<string> {
  const artists = [...new Set(songs.map(artistOf))].sort();
  const count = Math.max(1, Math.round(share * artists.length));
  return new Set(Array.from(permutation(artists.length, random(seed)).subarray(0, count), (i) => artists[i]));
}
