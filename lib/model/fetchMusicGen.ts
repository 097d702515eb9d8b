import { isStarted, startBackend } from "../engine";
import { type FetchOptions, fetchFile, fetchIfThere } from "../files/fetch";
import { type Folder, memoryFolder } from "../files/folder";
import { checkpointFile, checkpointIndex, shardsOf } from "./checkpoint/checkpoint";
import { type MusicGen, openMusicGen } from "./musicgen";

/**
 * Load a model from a web server, all of it into memory, and start the wasm engine if none has been started (`startBackend` says
 * where a page finds that engine's files). For models that fit into a page, such as the bundled one.
 * @param url of a Hugging Face folder: config.json, model.safetensors (or shards with their index) and, where there are such,
 *   tokenizer.json, tokenizer_config.json and generation_config.json
 * @param options name: of the model, in results (default: the last part of the address); files: which files the folder has,
 *   where that is known, so that no others are asked for
 * @throws Error naming the address that has no such file; see `openMusicGen` for damaged models; the signal's reason
 */
export async function fetchMusicGen(
  url: string,
  { name, files, ...options }: FetchOptions & { name?: string; files?: readonly string[] } = {},
): Promise<MusicGen> {
  const folder = await fetchModelFolder(url.replace(/\/+$/, ""), options, files);
  if (!isStarted()) await startBackend();
  return openMusicGen(folder, name ?? folder.name.slice(folder.name.lastIndexOf("/") + 1));
}

async function fetchModelFolder(
  url: string,
  options: FetchOptions,
  known?: readonly string[],
): Promise<Folder> {
  const files = new Map<string, Uint8Array>();
  const folder = memoryFolder(url, files);
  const get = async (file: string) => void files.set(file, await fetchFile(`${url}/${file}`, options));
  const getIfThere = async (file: string) => {
    if (known && !known.includes(file)) return;
    const bytes = await fetchIfThere(`${url}/${file}`, options);
    if (bytes) files.set(file, bytes);
  };
  await get("config.json");
  for (const file of ["generation_config.json", "tokenizer.json", "tokenizer_config.json"])
    await getIfThere(file);
  await getIfThere(checkpointFile);
  if (folder.has(checkpointFile)) return folder;
  await get(checkpointIndex);
  for (const shard of new Set(shardsOf(folder).values())) await get(shard);
  return folder;
}
