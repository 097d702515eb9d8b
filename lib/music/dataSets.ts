import type { FileTree } from "../files/tree";
import { readMoisesdb } from "./moisesdb";
import { readMusdb18hq } from "./musdb18hq";
import { type RecordedPair, readPairFolder } from "./pairFolder";
import { readStemFolder } from "./stemFolder";
import type { StemSong } from "./stemSong";

/** A kind of data set: how the songs, or the pairs, of a folder are found. */
export type DataSetKind = About & (StemData | PairData);

interface About {
  /** The folder's layout in words, for help. Default: none, where the data set's own name says it. */
  layout?: string;
  /** True for anybody's own folders, which are told apart by their names. Default: false, one published data set. */
  isOwn?: boolean;
}

/** Songs with a file for every stem: any stem's name is a trait. */
interface StemData {
  /** @throws Error naming what was expected in the folder and what was found */
  songs(tree: FileTree): StemSong[];
}

/** Recordings with and without something, whatever it is called. */
interface PairData {
  /** @throws Error naming what was expected in the folder and what was found */
  pairs(tree: FileTree): RecordedPair[];
}

/**
 * Every kind of data set, by the word before the colon in `musdb18hq:<folder>`. A new kind is a file with its reader and a line
 * here; then `openPairs`, `openClips`, `dataPrompts`, `smitin probe --data`, `smitin sweep --data` and the paper's experiments
 * know it.
 */
export const dataSets: Record<string, DataSetKind> = {
  musdb18hq: { songs: readMusdb18hq },
  moisesdb: { songs: readMoisesdb },
  stems: { songs: readStemFolder, layout: "folders with a sound file for every stem", isOwn: true },
  pairs: { pairs: readPairFolder, layout: "folders with and without of the same names", isOwn: true },
};

/** A data set's name taken apart. */
export interface DataName {
  /** "studio", or a word of `dataSets`. */
  word: string;
  /** Undefined for the studio band. */
  kind?: DataSetKind;
  path: string;
}

/** @param name "studio", or a word of `dataSets`, a colon and a folder @throws Error on any other name, listing the known ones */
export function parseDataName(name: string): DataName {
  const [, word = "", path = ""] = /^([a-z0-9]+)(?::(.*))?$/s.exec(name) ?? [];
  if (path && Object.hasOwn(dataSets, word)) return { word, kind: dataSets[word], path };
  if (name === "studio") return { word, path };
  throw new Error(`data: expected ${listed(["studio", ...folderNames()])}, found "${name}"`);
}

/** Does a data set tell which stems a song has? Pairs do not. @throws Error as `parseDataName` */
export function tellsStems(name: string): boolean {
  const { kind } = parseDataName(name);
  return !kind || "songs" in kind;
}

/** All kinds for a reader of help: "musdb18hq:<folder>, ... or pairs:<folder> (folders ...)". */
export function describeDataSets(): string {
  const layouts = Object.values(dataSets).map(({ layout }) => (layout ? ` (${layout})` : ""));
  return listed(folderNames().map((name, i) => `${name}${layouts[i]}`));
}

function folderNames(): string[] {
  return Object.keys(dataSets).map((word) => `${word}:<folder>`);
}

function listed(names: string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}
