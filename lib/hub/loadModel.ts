import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { diskFolder } from "../disk/folder";
import { packagePath } from "../disk/packageRoot";
import { isStarted, startBackend } from "../engine";
import "../native/engine";
import { readConfig } from "../model/checkpoint/config";
import { checkMemory } from "../model/memoryLimit";
import { type MusicGen, openMusicGen } from "../model/musicgen";
import { checkName } from "./refusal";
import { modelSnapshot, type SnapshotOptions } from "./snapshot";

/** Where models are kept: `studio` is the bundled one, others are put beside it. */
export const modelsFolder = packagePath("data/models");

/** How a model of the Hugging Face hub is fetched. */
export type LoadOptions = Pick<SnapshotOptions, "revision" | "onProgress" | "signal">;

/**
 * Load a model, and start an engine for it if none has been started. Weights are read one by one as they are needed and
 * turned into single precision, since TensorFlow.js's tensors know no other: on every engine an F16 file takes twice its size.
 * @param name a folder on disk; a name in data/models; or a model of the Hugging Face hub such as "facebook/musicgen-small",
 *   from its cache on this machine, else downloaded into it. Default: the bundled model, data/models/studio
 * @param options for the hub: a revision, a signal to stop, and who is told of progress
 * @throws Error saying what to place where when there is no such model, or no connection; naming the engine that is needed
 *   when the current one has no room; see `openMusicGen` for damaged models, `modelSnapshot` for what may happen on the way
 */
export async function loadModel(name = "studio", options: LoadOptions = {}): Promise<MusicGen> {
  const local = localFolder(name);
  if (!local) checkName(name);
  if (!isStarted()) await startBackend();
  if (local) return openMusicGen(diskFolder(local), local === name ? basename(local) : name);
  return openMusicGen(diskFolder(await fetchModel(name, options)), name);
}

/** @throws Error when the name can only be a folder's and that has no model */
function localFolder(name: string): string | undefined {
  const places = [resolve(name), join(modelsFolder, name)];
  const found = places.find((place) => existsSync(join(place, "config.json")));
  const isRepository = /^\w[\w.-]*\/\w[\w.-]*$/.test(name) && !places.some((place) => existsSync(place));
  if (found || isRepository) return found;
  throw new Error(
    `model "${name}": expected config.json, model.safetensors (or shards with their index) and tokenizer.json, as Hugging Face ships them, in ${places.join(" or ")}; found none (nor is it a name of the hub's, such as facebook/musicgen-small)`,
  );
}

function fetchModel(name: string, options: LoadOptions): Promise<string> {
  return modelSnapshot(name, join(modelsFolder, name), {
    ...options,
    inspect(folder, bytes) {
      readConfig(diskFolder(folder));
      checkMemory(name, bytes);
    },
  });
}
