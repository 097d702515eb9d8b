import { caption } from "../../lib/music/caption";
import { bandPrompts, type Prompt } from "../../lib/music/pairs";
import { compose, type Instrument } from "../../lib/music/song";
import { random } from "../../lib/random";
import type { Lab } from "./lab";

/** A prompt as sweeps take it: sound that lacks an instrument, and what a listener might write of it. */
export interface CaptionedPrompt extends Prompt {
  id: string;
  caption: string;
}

/** Songs are played once a process: more prompts of a kind begin with the fewer. */
const played = new Map<string, Prompt[]>();

/** Prompts without an instrument; several experiments begin with the same ones. */
export async function promptsFor(lab: Lab, trait: Instrument, count: number): Promise<CaptionedPrompt[]> {
  const { promptSeconds: seconds } = lab.profile;
  const key = [trait, seconds, lab.seed].join();
  let known = played.get(key) ?? [];
  if (known.length < count) {
    const what = `prompts without ${trait}`;
    const onProgress = (done: number) => {
      lab.signal?.throwIfAborted();
      lab.onProgress?.({ what, done, total: count });
    };
    known = await bandPrompts({ trait, count, seconds, seed: lab.seed, onProgress });
    played.set(key, known);
  }
  return known.slice(0, count).map((prompt) => ({
    ...prompt,
    id: `${trait}-${prompt.song}`,
    caption: captionOf(prompt.song, prompt.players, seconds),
  }));
}

/**
 * The song of a prompt or caption, from its name. Prompts that lack different instruments begin with the same songs: statistics
 * over several instruments draw whole songs.
 */
export function songOf(id: string): string {
  return id.slice(id.indexOf("-") + 1);
}

/** Captions, each another one, of songs that lack an instrument. They do not name it. */
export function captionsFor(trait: Instrument, count: number, seed: number): { id: string; text: string }[] {
  const first = 700_000_000 + seed * 100_000;
  const found: { id: string; text: string }[] = [];
  for (let song = first; found.length < count; song++) {
    if (song - first > 1000 * count)
      throw new RangeError(`captions: expected ${count} different ones, found ${found.length}`);
    const uniform = random(song);
    const players = (["drums", "bass", "guitar", "piano"] as const).filter(
      (who) => who !== trait && uniform() < 0.6,
    );
    const text = captionOf(song, players, 3);
    if (found.every((other) => other.text !== text)) found.push({ id: `${trait}-${song}`, text });
  }
  return found;
}

/**
 * "Add X" for a continuation: the caption and "add X", which a caption of the bundled model's training says of an
 * instrument that enters late; for other models the paper's "add X" alone.
 */
export function addedLater(text: string, trait: Instrument, isBundled: boolean): string {
  return isBundled ? `${text}, add ${trait}` : `add ${trait}`;
}

/**
 * "Add X" for music from a text: the bundled model's captions list players, and the word joins the list; other
 * models read "..., add X".
 */
export function addedWord(text: string, trait: Instrument, isBundled: boolean): string {
  if (!isBundled) return `${text}, add ${trait}`;
  const [song, second, ...rest] = text.split(", ");
  const isKey = second === undefined || / (major|minor)$/.test(second);
  const named = isKey ? [trait, ...(second === undefined ? [] : [second])] : [`${second} and ${trait}`];
  return [song, ...named, ...rest].join(", ");
}

/** Does the model know the words of `caption` only, as the bundled one does? */
export function knowsCaptionsOnly({ model }: Lab): boolean {
  return model.config.textEncoder.vocabSize < 1000;
}

function captionOf(seed: number, players: Instrument[], seconds: number): string {
  return caption(compose(seed, { seconds, entrance: 0 }), players, random(seed + 1));
}
