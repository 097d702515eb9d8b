import type { FileTree } from "../files/tree";
import { BAND_VERSION, bandClips, bandParts, type ClipOptions, mixClips } from "./clips";
import { type DataName, type DataSetKind, parseDataName } from "./dataSets";
import type { Dataset } from "./dataset";
import {
  checkLevel,
  levelled,
  type MixPairOptions,
  mixPairs,
  recordedMix,
  stemMix,
  type TraitMix,
} from "./mixPairs";
import { bandPairs, type Pair } from "./pairs";
import type { Clip } from "./quantity";
import { type Instrument, instruments } from "./song";
import { type Split, type StemSong, splitByArtist } from "./stemSong";

export interface SplitOptions {
  /** Default: "train" where the data set has a split of its own, else "all". */
  split?: Split | "all";
  /** Share of the artists on the test side, where the data set has no split of its own. */
  testShare?: number;
}

/**
 * Labelled pairs from a data set by its name: `studio` (the studio band), `musdb18hq:/path`, `moisesdb:/path`, `stems:/path`
 * (folders with a file for every stem) or `pairs:/path` (folders `with` and `without` of the same names).
 * Splits are artist-disjoint and the same for every trait and seed.
 * @param openTree opens the folder of a path; without it there is the studio band only
 * @throws Error on another name, on a folder of another layout, or when nothing in it has the trait
 */
export function openPairs(
  name: string,
  options: MixPairOptions & SplitOptions,
  openTree?: OpenTree,
): Dataset<Pair> {
  const { split, testShare, ...wish } = options;
  const data = parseDataName(name);
  if (!data.kind) return studioPairs(wish);
  const tree = opened(name, data.path, openTree);
  const all = readMixes(data.kind, tree, wish.trait, wish.beside);
  if (all.every(({ trait }) => trait.length === 0))
    throw new Error(
      `${data.path}: expected a stem called ${wish.trait} in some song, found only ${all[0].names}`,
    );
  const { songs, about } = splitOf(all, data, tree, split, testShare);
  return mixPairs(songs, about, wish);
}

/** Clips with the value of a continuous trait (tempo, brightness, loudness) from a data set by its name, as `openPairs`. */
export function openClips(
  name: string,
  options: ClipOptions & SplitOptions,
  openTree?: OpenTree,
): Dataset<Clip> {
  const { split, testShare, ...wish } = options;
  const data = parseDataName(name);
  if (!data.kind) return bandClips(wish);
  const tree = opened(name, data.path, openTree);
  const { songs, about } = splitOf(readMixes(data.kind, tree, ""), data, tree, split, testShare);
  return mixClips(songs, about, wish);
}

/**
 * What a data set is called in a sentence: "the studio band", "musdb18hq", "stems <folder>".
 * @throws Error on another name than those of `openPairs`
 */
export function describeData(name: string, openTree?: OpenTree): string {
  const data = parseDataName(name);
  return data.kind ? called(data, opened(name, data.path, openTree)) : "the studio band";
}

/**
 * Whether some song of a data set has the trait; pairs have whatever they are said to differ in.
 * @throws Error as `openPairs` does, but for a trait that is not there
 */
export function hasTrait(name: string, trait: string, openTree?: OpenTree): boolean {
  const { kind, path } = parseDataName(name);
  if (!kind) return instruments.includes(trait as Instrument);
  return readMixes(kind, opened(name, path, openTree), trait).some((song) => song.trait.length > 0);
}

/** Opens the folder of a path. */
export type OpenTree = (path: string) => FileTree;

type SplitMix = TraitMix & { split?: Split; names: string };

const SPLIT_SEED = 1; // of its own, so that no choice of windows moves an artist to the other side

function opened(name: string, path: string, openTree: OpenTree | undefined): FileTree {
  if (!openTree) throw new Error(`data: expected studio, since there are no folders here, found "${name}"`);
  return openTree(path);
}

function readMixes(kind: DataSetKind, tree: FileTree, trait: string, beside?: string): SplitMix[] {
  if ("pairs" in kind) {
    // Of a continuous trait (no name here) the recordings with the trait are the songs.
    const alone = (mix: TraitMix): TraitMix =>
      trait ? mix : { ...mix, trait: [], rest: mix.trait.slice(0, 1) };
    return kind.pairs(tree).map((pair) => ({ ...alone(recordedMix(pair)), names: "" }));
  }
  const songs = kind.songs(tree);
  const names = namesOf(songs);
  return songs.map((song) => ({ ...stemMix(song, trait, beside), split: song.split, names }));
}

function splitOf(
  all: SplitMix[],
  data: DataName,
  tree: FileTree,
  asked: Split | "all" | undefined,
  testShare: number | undefined,
): { songs: TraitMix[]; about: string } {
  const side = asked ?? (all.some(({ split }) => split === "train") ? "train" : "all");
  if (!["train", "test", "all"].includes(side))
    throw new RangeError(`split: expected train, test or all, found "${side}"`);
  const { songs, leftOut } = splitByArtist(all, side, { testShare, seed: SPLIT_SEED });
  const omitted = leftOut > 0 ? `, ${leftOut} songs left out whose artists are in train` : "";
  return {
    songs,
    about: `${called(data, tree)} (${side}: ${songs.length} of ${all.length} songs${omitted})`,
  };
}

/** Folders of one's own are told apart by their names. */
function called({ word, kind }: DataName, tree: FileTree): string {
  return kind?.isOwn ? `${word} ${tree.title}` : word;
}

/** The stems' names, most frequent first, for a message. */
function namesOf(songs: StemSong[]): string {
  const counts = new Map<string, number>();
  for (const { stems } of songs)
    for (const { names } of stems)
      for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  return sorted.slice(0, 12).join(", ") + (sorted.length > 12 ? ", ..." : "");
}

/** What the studio band plays, as a data set; it is played once, when its first pairs are asked for. */
function studioPairs({
  trait,
  beside,
  count,
  seconds = 3,
  seed = 1,
  level = "mixed",
}: MixPairOptions): Dataset<Pair> {
  if (!instruments.includes(trait as Instrument))
    throw new RangeError(`trait: the studio band plays ${instruments.join(", ")}, found "${trait}"`);
  if (beside !== undefined)
    throw new RangeError(
      `beside: expected none for the studio band, which draws its players, found "${beside}"`,
    );
  checkLevel(level);
  let played: Promise<Pair[]> | undefined;
  const parts = bandParts("pairs", count, async (most, before) => {
    played ??= bandPairs({ trait: trait as Instrument, count, seconds, seed });
    return (await played).slice(before, before + most).map((pair) => levelled(pair, level));
  });
  const recipe = `${count} pairs of ${seconds} s with and without ${trait}, studio band, level ${level}, seed ${seed}`;
  return { trait, count, parts, recipe, key: { band: BAND_VERSION, trait, count, seconds, level, seed } };
}
