import type { Audio } from "../audio/audio";
import { hashOf } from "../math/hash";
import type { PromptSource as TakeSource } from "../model/generate/prompt";
import { promptTokens } from "../model/generate/promptTokens";
import { checkTokens, type TokenGrid } from "../model/generate/tokens";
import type { MusicGen } from "../model/musicgen";

/** What takes of a sweep begin with; a `Prompt` of `bandPrompts` is one. */
export interface PromptSource extends TakeSource {
  /** Its name in cells. Default: its place in the list, from 0. */
  id?: string;
  /** The traits that it has, where that is known: what can be kept. Default: those that the judge hears in it. */
  players?: string[];
}

export type SweepPrompt = Audio | TokenGrid | PromptSource;

/** A prompt as a sweep uses it. */
export interface EncodedPrompt {
  id: string;
  /** Of tokens and text: what the model is fed. */
  hash: string;
  tokens: TokenGrid; // [codebooks][frames], no frames where there is nothing to continue
  text?: string;
  players?: string[];
}

/**
 * Encode every prompt, once and alone, so that its tokens do not depend on the others.
 * @throws RangeError for an empty list, a prompt that cannot be read, two that are the same or have one name
 */
export function encodePrompts(model: MusicGen, prompts: SweepPrompt[]): EncodedPrompt[] {
  if (!Array.isArray(prompts) || prompts.length === 0)
    throw new RangeError("prompts: expected at least one, found none");
  const read = prompts.map((prompt, place) => encodePrompt(model, prompt, String(place)));
  for (const [i, { id, hash }] of read.entries()) {
    const before = read.findIndex((other) => other.hash === hash || other.id === id);
    if (before === i) continue;
    const what = read[before].hash === hash ? "the same prompt" : "the same id";
    throw new RangeError(`prompts: expected each once, found ${what} in "${read[before].id}" and "${id}"`);
  }
  return read;
}

function encodePrompt(model: MusicGen, prompt: SweepPrompt, place: string): EncodedPrompt {
  const { id = place, audio, tokens: given, text, players } = sourceOf(prompt);
  try {
    if (audio && given) throw new RangeError("expected audio or tokens, found both");
    const tokens = given ?? promptTokens(model, audio);
    checkTokens(tokens, model.codebooks, model.vocabulary, "tokens");
    const hash = hashOf(text ?? "", text === undefined ? "no text" : "text", ...tokens);
    return { id, hash, tokens, text, players };
  } catch (error) {
    throw new RangeError(`prompt "${id}": ${(error as Error).message}`, { cause: error });
  }
}

function sourceOf(prompt: SweepPrompt): PromptSource {
  if (Array.isArray(prompt)) return { tokens: prompt };
  return "samples" in prompt ? { audio: prompt } : prompt;
}
