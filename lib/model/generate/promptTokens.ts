import type { Audio } from "../../audio/audio";
import { resample } from "../../audio/resample";
import type { MusicGen } from "../musicgen";
import type { TokenGrid } from "./tokens";

/** A prompt's tokens, [codebooks][frames]: a sound's at the model's rate, or those given; no frames without a prompt. */
export function promptTokens(model: MusicGen, prompt: Audio | TokenGrid = []): TokenGrid {
  if (!Array.isArray(prompt)) return model.codec.encode([resample(prompt, model.sampleRate).samples])[0];
  return prompt.length > 0 ? prompt : Array.from({ length: model.codebooks }, () => new Int32Array(0));
}
