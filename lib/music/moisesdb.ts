import { below } from "../files/path";
import { type FileTree, foldersWith, type TreeFile } from "../files/tree";
import { comparable, type Stem, type StemSong } from "./stemSong";

/**
 * The eleven stems of MoisesDB's taxonomy; each is a trait. So is, within a song, each kind of track (`snare_drum`).
 * Source: `moisesdb/defaults.py` of the repository moises-ai/moises-db.
 */
export const moisesStems = [
  "vocals",
  "bass",
  "drums",
  "other",
  "guitar",
  "other_plucked",
  "percussion",
  "piano",
  "other_keys",
  "bowed_strings",
  "wind",
] as const;

/**
 * The songs of MoisesDB (Pereira et al. 2023): folders with a `data.json` (in the folder given, or in a provider's folder
 * below it) that names `<stemName>/<track id>.<extension>` for every track. A stem of several tracks is their sum.
 * @throws Error naming the file and the field of a data.json that is not so, or the track that is not there
 */
export function readMoisesdb(tree: FileTree): StemSong[] {
  const songs = foldersWith(tree, "", (path) => tree.kindOf(below(path, "data.json")) !== undefined, 2);
  if (songs.length === 0)
    throw new Error(
      `${tree.nameOf("")}: expected MoisesDB (a folder with data.json for every song), found no data.json`,
    );
  return songs.map((id) => readSong(tree, id));
}

function readSong(tree: FileTree, id: string): StemSong {
  const about = tree.file(below(id, "data.json"));
  const path = about.name;
  const json = parse(about);
  const stems = list(json, "stems", path).flatMap((stem, i): Stem[] => {
    const at = `stems[${i}]`;
    const name = text(stem, "stemName", path, at, true);
    return list(stem, "tracks", path, at).map((track, k) => {
      const where = `${at}.tracks[${k}]`;
      const file = `${text(track, "id", path, where, true)}.${text(track, "extension", path, where, true)}`;
      const place = below(id, `${name}/${file}`);
      if (tree.kindOf(place) === undefined)
        throw new Error(`${tree.nameOf(place)}: expected a track that ${path} names, found nothing there`);
      return { names: [plain(name), plain(text(track, "trackType", path, where))], file: tree.file(place) };
    });
  });
  if (stems.length === 0) throw new Error(`${path}: stems: expected at least one track, found none`);
  return { id: id.normalize(), artist: optional(json, "artist"), title: optional(json, "song") || id, stems };
}

type Json = Record<string, unknown>;

function parse(about: TreeFile): Json {
  const path = about.name;
  let json: unknown;
  try {
    const file = about.open();
    json = JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.read(0, file.size)));
  } catch (error) {
    throw new Error(`${path}: expected JSON, found ${(error as Error).message}`);
  }
  if (!isObject(json)) throw new Error(`${path}: expected an object, found ${show(json)}`);
  return json;
}

function list(json: Json, key: string, path: string, at = ""): Json[] {
  const found = json[key];
  if (Array.isArray(found) && found.every(isObject)) return found;
  throw new Error(`${path}: ${at ? `${at}.` : ""}${key}: expected a list of objects, found ${show(found)}`);
}

/** @param isName it becomes part of a path: it must stay in the song's folder */
function text(json: Json, key: string, path: string, at: string, isName = false): string {
  const found = json[key];
  const fits = typeof found === "string" && found !== "" && !(isName && /[/\\]|^\.\.?$/.test(found));
  if (!fits)
    throw new Error(`${path}: ${at}.${key}: expected a ${isName ? "name" : "text"}, found ${show(found)}`);
  return found as string;
}

function optional(json: Json, key: string): string {
  const found = json[key];
  return typeof found === "string" ? found : "";
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const shown = JSON.stringify(value) ?? "nothing";
  return shown.length > 60 ? `${shown.slice(0, 60)}...` : shown;
}

/** "Snare drum" and "snare_drum" alike. */
function plain(name: string): string {
  return comparable(name).replaceAll(/\s+/g, "_");
}
