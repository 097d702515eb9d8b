import { type Folder, readJson } from "../../files/folder";
import { openSafetensors, type WeightFile } from "./safetensors";

/** Where a model's tensors come from, by Hugging Face name; a tensor is read when it is asked for, and not kept. */
export interface Weights {
  /** For messages. */
  name: string;
  names(): string[];
  has(name: string): boolean;
  shape(name: string): number[];
  read(name: string): Float32Array;
}

/** An open checkpoint folder. */
export interface Checkpoint extends Weights {
  folder: Folder;
  /** SHA-256 over config.json and every tensor (name, kind, shape, numbers), however they are split into files. */
  fingerprint(): string;
}

/** Weights in one file, or what names the files that they are in. */
export const checkpointFile = "model.safetensors";
export const checkpointIndex = "model.safetensors.index.json";

/**
 * Open the weights of a Hugging Face folder: model.safetensors, or the shards that model.safetensors.index.json names.
 * @throws Error naming the file when one is missing, or is not what it should be
 */
export function openCheckpoint(folder: Folder): Checkpoint {
  const files = openFiles(folder);
  const find = (name: string): WeightFile => {
    const file = files.get(name);
    if (!file) throw new Error(`${folder.name}: expected a tensor ${name}, found none of that name`);
    return file;
  };
  return {
    name: folder.name,
    folder,
    names: () => [...files.keys()],
    has: (name) => files.has(name),
    shape: (name) => find(name).shape(name),
    read: (name) => find(name).read(name),
    fingerprint: () => folder.sha256(contents(folder, files)),
  };
}

/** A part of a checkpoint: the tensors whose name starts with `prefix`, under the names that follow it. */
export function part(weights: Weights, prefix: string): Weights {
  return {
    name: weights.name,
    names: () =>
      weights.names().flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])),
    has: (name) => weights.has(prefix + name),
    shape: (name) => weights.shape(prefix + name),
    read: (name) => weights.read(prefix + name),
  };
}

/** The file that holds each tensor. */
function openFiles(folder: Folder): Map<string, WeightFile> {
  if (folder.has(checkpointFile)) {
    const file = openSafetensors(folder.open(checkpointFile));
    return new Map(file.names().map((name) => [name, file]));
  }
  if (!folder.has(checkpointIndex)) {
    const other = folder.has("pytorch_model.bin") ? "pytorch_model.bin (save it as safetensors)" : "neither";
    throw new Error(`${folder.name}: expected ${checkpointFile} or ${checkpointIndex}, found ${other}`);
  }
  return openShards(folder);
}

/**
 * The file of a folder that holds each tensor, as its index says.
 * @throws Error naming the index when it is missing, or names anything else than files of the same folder
 */
export function shardsOf(folder: Folder): Map<string, string> {
  const where = `${folder.name}/${checkpointIndex}`;
  const map = readJson(folder, checkpointIndex).weight_map;
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    throw new Error(`${where}: expected a weight_map from tensors to files, found ${JSON.stringify(map)}`);
  }
  for (const [name, shard] of Object.entries(map))
    if (typeof shard !== "string" || !/^\w[\w.-]*$/.test(shard))
      throw new Error(
        `${where}: ${name}: expected a file of the same folder, found ${JSON.stringify(shard)}`,
      );
  return new Map(Object.entries(map));
}

function openShards(folder: Folder): Map<string, WeightFile> {
  const where = `${folder.name}/${checkpointIndex}`;
  const shards = new Map<string, WeightFile>();
  const files = new Map<string, WeightFile>();
  for (const [name, shard] of shardsOf(folder)) {
    if (!shards.has(shard)) {
      if (!folder.has(shard))
        throw new Error(`${where}: expected the shard ${shard} in the folder, found no such file`);
      shards.set(shard, openSafetensors(folder.open(shard)));
    }
    const file = shards.get(shard) as WeightFile;
    if (!file.has(name))
      throw new Error(
        `${file.name}: expected a tensor ${name} (${checkpointIndex}), found none of that name`,
      );
    files.set(name, file);
  }
  return files;
}

function* contents(folder: Folder, files: Map<string, WeightFile>): Generator<Uint8Array> {
  const text = new TextEncoder();
  yield text.encode(folder.has("config.json") ? folder.text("config.json") : "");
  for (const [name, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield text.encode(`\n${name} ${file.dtype(name)} ${file.shape(name)}\n`);
    yield file.readBytes(name);
  }
}
