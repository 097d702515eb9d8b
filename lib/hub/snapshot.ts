import { existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { OnProgress } from "../jobs/progress";
import { type ModelCache, modelCache } from "./cache";
import { type DownloadOptions, download, type RemoteFile } from "./download";
import { checkKind } from "./refusal";
import { connect, HubUnreachable, type RemoteModel } from "./remote";
import { type HubSettings, hubSettings } from "./settings";

export interface SnapshotOptions {
  /** A branch, a tag or a commit; default "main". */
  revision?: string;
  /**
   * Look at the model before its weights are fetched; what it throws ends all.
   * @param folder where the small files are already
   * @param bytes of the weights' files
   */
  inspect?(folder: string, bytes: number): void;
  /** Called with the bytes that are here of the file under way. */
  onProgress?: OnProgress<string>;
  signal?: AbortSignal;
  /** See DownloadOptions. */
  delay?: number;
}

const config = "config.json";
const weights = "model.safetensors";
const index = "model.safetensors.index.json";
/** Small files that a model may do without: it then has transformers' defaults, or cannot read text. */
const optional = ["generation_config.json", "tokenizer.json", "tokenizer_config.json"];

/**
 * The folder of a model's files: from the Hugging Face cache when they are there (no server is then asked), else
 * downloaded into it. Only config.json, generation_config.json, the tokenizer and the safetensors are fetched, shards in turn.
 * @param repo such as "facebook/musicgen-small"
 * @param home a folder to name in messages, where the model would also be found
 * @throws Error saying what was asked, what came and what to do: no connection (which files to put where), no such model,
 *   no access, no weights in safetensors, no room on the disk; see `download` for damaged files
 */
export async function modelSnapshot(
  repo: string,
  home: string,
  options: SnapshotOptions = {},
): Promise<string> {
  const { revision = "main" } = options;
  checkNames(repo, revision);
  const settings = hubSettings();
  const cache = modelCache(settings.cache, repo);
  const local = cachedSnapshot(cache, revision);
  if (local?.missing.length === 0) return local.folder;
  const usable = local?.missing.every((file) => optional.includes(file)) ? local : undefined;
  try {
    if (settings.offline) throw new HubUnreachable("HF_HUB_OFFLINE is set");
    // What goes with weights that are here is of their commit, though the hub may have a later one.
    const model = await connect(repo, usable?.commit ?? revision, settings, options.signal);
    return await fetchSnapshot(model, cache, settings, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (usable) return usable.folder;
    if (!(error instanceof HubUnreachable)) throw error;
    throw new Error(offlineAdvice(repo, home, error.message, local));
  }
}

interface LocalSnapshot {
  commit: string;
  folder: string;
  /** Files that are not here and not known to be absent from the hub. */
  missing: string[];
}

function cachedSnapshot(cache: ModelCache, revision: string): LocalSnapshot | undefined {
  const commit = cache.commitOf(revision);
  if (!commit) return undefined;
  const folder = cache.snapshot(commit);
  const files = [config, ...optional, ...(cache.has(commit, weights) ? [] : shardsOf(folder))];
  return {
    commit,
    folder,
    missing: files.filter((file) => !cache.has(commit, file) && !cache.lacks(commit, file)),
  };
}

/** The shards that the index names, or the one file where there is no index. */
function shardsOf(folder: string): string[] {
  const path = join(folder, index);
  if (!existsSync(path)) return [weights];
  const { weight_map: map } = JSON.parse(readFileSync(path, "utf8")) as { weight_map?: object };
  const shards = [...new Set(Object.values(map ?? {}))].sort();
  const wrong = shards.find((shard) => typeof shard !== "string" || !/^\w[\w.-]*$/.test(shard));
  if (wrong !== undefined || shards.length === 0) {
    throw new Error(
      `${path}: expected a weight_map to files of the same folder, found ${JSON.stringify(wrong)}`,
    );
  }
  return shards;
}

async function fetchSnapshot(
  model: RemoteModel,
  cache: ModelCache,
  { cache: place }: HubSettings,
  options: SnapshotOptions,
): Promise<string> {
  const { commit, files } = model;
  const folder = cache.snapshot(commit);
  const get = async (name: string) => {
    if (cache.has(commit, name)) return;
    const file = model.file(name);
    const blob = cache.blob(file.checksum.value);
    if (!existsSync(blob)) await download(file, model.source(file), blob, downloadOptions(file, options));
    cache.link(commit, name, file.checksum.value);
  };
  checkKind(model);
  await get(config);
  for (const name of optional) {
    if (files.has(name)) await get(name);
    else cache.markAbsent(commit, name);
  }
  if (!files.has(weights)) await get(index);
  const shards = files.has(weights) ? [weights] : shardsOf(folder);
  options.inspect?.(folder, total(shards.map(model.file)));
  checkDisk(
    place,
    model.name,
    shards.map(model.file).filter(({ name }) => !cache.has(commit, name)),
    cache,
  );
  for (const shard of shards) await get(shard);
  cache.markRevision(options.revision ?? "main", commit);
  return folder;
}

function checkNames(repo: string, revision: string): void {
  if (!/^\w[\w.-]*\/\w[\w.-]*$/.test(repo) || repo.includes("..")) {
    throw new Error(`model "${repo}": expected a name such as facebook/musicgen-small`);
  }
  if (!/^\w[\w./-]*$/.test(revision) || revision.includes("..")) {
    throw new Error(`model ${repo}: expected a branch, tag or commit as revision, found "${revision}"`);
  }
}

function downloadOptions(file: RemoteFile, { onProgress, signal, delay }: SnapshotOptions): DownloadOptions {
  return { onBytes: (done) => onProgress?.(done, file.size, file.name), signal, delay };
}

/** @throws Error when the disk has no room for what is still to come */
function checkDisk(place: string, name: string, files: RemoteFile[], { blob }: ModelCache): void {
  const here = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const missing = files.filter(({ checksum }) => !existsSync(blob(checksum.value)));
  const needed =
    total(missing) -
    missing.reduce((sum, { checksum }) => sum + here(`${blob(checksum.value)}.incomplete`), 0);
  const { bavail, bsize } = statfsSync(place);
  if (needed <= bavail * bsize) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new Error(
    `model ${name}: expected ${gigabytes(needed)} of room in ${place} (HF_HUB_CACHE chooses another place), found ${gigabytes(bavail * bsize)}`,
  );
}

function total(files: RemoteFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function offlineAdvice(repo: string, home: string, why: string, local?: LocalSnapshot): string {
  const all = `${[config, ...optional].join(", ")} and ${weights} (or ${index} and the shards that it names)`;
  const known = local && existsSync(join(local.folder, config));
  const state = known ? `${local.folder} lacks ${local.missing.join(", ")}` : "it is not on this machine";
  return `model ${repo}: ${state}, and ${why}. With a connection it is downloaded; without one, fetch ${all} of the model elsewhere and put them in ${home}`;
}
