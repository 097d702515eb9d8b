import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { startBackend, tf } from "../backend";
import { diskFolder } from "./files";
import { type MusicGen, openMusicGen } from "./musicgen";

/** Where models are kept: `studio` is the bundled one, others are put beside it. */
export const modelsFolder = resolve(__dirname, "../../data/models");

/**
 * Load a model, and start an engine for it if none has been started.
 * @param name a folder on disk, or a name such as "facebook/musicgen-small" for data/models/facebook/musicgen-small;
 *   default: the bundled model, data/models/studio
 * @throws Error saying what to place where when there is no such folder; see `openMusicGen` for damaged ones
 */
export async function loadMusicGen(name = "studio"): Promise<MusicGen> {
  const places = [resolve(name), join(modelsFolder, name)];
  const path = places.find((place) => existsSync(join(place, "config.json")));
  if (!path) {
    throw new Error(
      `model "${name}": expected config.json, model.safetensors (or shards with their index) and tokenizer.json, as Hugging Face ships them, in ${places.join(" or ")}; found none`,
    );
  }
  if (!tf.engine().backendName) await startBackend();
  return openMusicGen(diskFolder(path), name === path ? basename(path) : name);
}
