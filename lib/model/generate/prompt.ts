import type { Audio } from "../../audio/audio";
import type { TokenGrid } from "./tokens";

/** Sound or tokens, a text, or both; a `Prompt` of `bandPrompts` is one. */
export interface PromptSource {
  audio?: Audio;
  tokens?: TokenGrid;
  text?: string;
}

/** What a take begins with. */
export type TakePrompt = Audio | TokenGrid | PromptSource;

/** A prompt's sound, as audio or as tokens, and its text, as far as it has them. */
export interface PromptParts {
  sound?: Audio | TokenGrid;
  text?: string;
}

/** Take a prompt apart. @throws RangeError when it has both audio and tokens, or nothing of a prompt */
export function partsOf(prompt: TakePrompt): PromptParts {
  if (Array.isArray(prompt) || "samples" in prompt) return { sound: prompt };
  const { audio, tokens, text } = prompt;
  if (audio && tokens) throw new RangeError("prompt: expected audio or tokens, found both");
  if (!audio && !tokens && text === undefined) {
    const found = Object.keys(prompt).join(", ") || "nothing";
    throw new RangeError(
      `prompt: expected audio, tokens, or an object with audio, tokens or text, found one with ${found}`,
    );
  }
  return { sound: audio ?? tokens, text };
}

/**
 * A row of a batch whose prompt is sound alone: the prompt's text is the row's.
 * @throws RangeError as `partsOf`, and when row and prompt have different texts
 */
export function promptApart<Row extends { prompt?: TakePrompt; text?: string }>(
  row: Row,
): Omit<Row, "prompt"> & { prompt?: Audio | TokenGrid } {
  const { prompt } = row;
  if (prompt === undefined) return { ...row, prompt };
  const { sound, text = row.text } = partsOf(prompt);
  if (row.text !== undefined && row.text !== text)
    throw new RangeError(`text: expected one, found "${row.text}" and the prompt's "${text}"`);
  return { ...row, prompt: sound, text };
}
