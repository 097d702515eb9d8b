import { samplingOf } from "../model/generate/generate";
import type { MusicGen } from "../model/musicgen";
import type { Checked } from "./options";

/** What takes depend on in a model's folder that its fingerprint, and so a cell's key, leaves out. Plain data. */
export interface ModelFiles {
  /** What is really sampled with: the sweep's settings, else those of generation_config.json. */
  samplesWith: ReturnType<typeof samplingOf>;
  /** Of tokenizer.json; null where there is none. */
  tokenizer: string | null;
}

export function modelFiles(model: MusicGen, sampling: Checked["sampling"]): ModelFiles {
  return { samplesWith: samplingOf(model, sampling), tokenizer: model.tokenizerFingerprint };
}
