import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PartWish } from "../music/dataset";
import { originOf } from "../probes/capture";
import { CAPTURE_VERSION, captureKey, decodePart } from "../probes/capturedPart";
import type { OpenCaptureStore } from "../probes/captureParts";
import { diskFile } from "./folder";
import { writeAtomically } from "./writeAtomically";

/**
 * Captures on disk, in a folder below `cache` that is named by the model, the data's files and the recipe: a safetensors file a
 * part and round, whole or not at all.
 */
export function captureStoreIn(cache: string): OpenCaptureStore {
  return (model, data, perItem) => {
    const folder = join(cache, captureKey(model, data));
    const about = {
      version: CAPTURE_VERSION,
      model: originOf(model).model,
      recipe: data.recipe,
      data: data.key,
    };
    writeAtomically(join(folder, "capture.json"), `${JSON.stringify(about, null, 2)}\n`);
    const pathOf = ({ part, given }: PartWish) => {
      const later = given > 0 ? `-from-${given}` : "";
      return join(folder, `${String(part).padStart(5, "0")}${later}.safetensors`);
    };
    return {
      read(wish) {
        const path = pathOf(wish);
        return existsSync(path)
          ? decodePart(model, data.parts[wish.part].name, perItem, diskFile(path))
          : undefined;
      },
      has: (wish) => existsSync(pathOf(wish)),
      write: (wish, bytes) => writeAtomically(pathOf(wish), bytes),
    };
  };
}
