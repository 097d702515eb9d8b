import { telling } from "./telling";
import "../../../lib/disk/soundFont";
import { random } from "../../../lib/math/random";
import { caption } from "../../../lib/music/caption";
import { bandPrompts, type Prompt } from "../../../lib/music/pairs";
import { composeSong, type Instrument, instruments } from "../../../lib/music/song";
import type { BandPrompt, CaptionedPrompt } from "./captionedPrompt";
import type { Lab } from "./lab";
import { mostPrompts } from "./profile";
import { isRecorded, recordedPrompts } from "./recorded";

/** Songs are played once a process: more prompts of a kind begin with the fewer. */
const played = new Map<string, Prompt[]>();
/** Recorded songs are read once a process. */
const recorded = new Map<string, CaptionedPrompt[]>();

/**
 * Prompts without an instrument; several experiments begin with the same ones.
 * @returns fewer than asked for where recorded songs do not hold so many
 */
export async function promptsFor(lab: Lab, trait: string, count: number): Promise<CaptionedPrompt[]> {
  if (!isRecorded(lab)) return bandPromptsFor(lab, trait as Instrument, count);
  const { data, profile, seed, model } = lab;
  const asked = Math.max(count, mostPrompts(profile)); // so that the first few do not depend on who asks
  const key = JSON.stringify([data, trait, profile.promptSeconds, asked, seed, model.sampleRate]);
  const known = recorded.get(key) ?? (await recordedPrompts(lab, trait, asked));
  recorded.set(key, known);
  return known.slice(0, count);
}

/** Prompts of the studio band without an instrument. */
export async function bandPromptsFor(lab: Lab, trait: Instrument, count: number): Promise<BandPrompt[]> {
  const { promptSeconds: seconds } = lab.profile;
  const key = [trait, seconds, lab.seed].join();
  let known = played.get(key) ?? [];
  if (known.length < count) {
    const onProgress = telling(lab, `prompts without ${trait}`);
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
 * The song of a prompt or caption, from its name, which for recorded songs ends in the number of the place in it. Prompts that
 * lack different instruments begin with the same songs: statistics over several instruments draw whole songs.
 */
export function songOf(id: string): string {
  return id.slice(id.indexOf("-") + 1).replace(/#\d+$/, "");
}

/** Captions, each another one, of songs that lack an instrument. They do not name it. */
export function captionsFor(trait: string, count: number, seed: number): { id: string; text: string }[] {
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
export function addedLater(text: string, trait: string, isBundled: boolean): string {
  return isBundled ? `${text}, add ${trait}` : `add ${trait}`;
}

/**
 * "Add X" for music from a text: the bundled model's captions list players, and the word joins the list; other
 * models read "..., add X".
 */
export function addedWord(text: string, trait: string, isBundled: boolean): string {
  if (!isBundled) return `${text}, add ${trait}`;
  const [song, second, ...rest] = text.split(", ");
  const isKey = second === undefined || / (major|minor)$/.test(second);
  const named = isKey ? [trait, ...(second === undefined ? [] : [second])] : [`${second} and ${trait}`];
  return [song, ...named, ...rest].join(", ");
}

/** Does the lab's model know the word for a trait? The bundled one knows the studio band's instruments only. */
export function isWord({ model }: Pick<Lab, "model">, trait: string): boolean {
  return !knowsCaptionsOnly({ model }) || (instruments as readonly string[]).includes(trait);
}

/** Does the model know the words of `caption` only, as the bundled one does? */
export function knowsCaptionsOnly({ model }: Pick<Lab, "model">): boolean {
  return model.config.textEncoder.vocabSize < 1000;
}

function captionOf(seed: number, players: Instrument[], seconds: number): string {
  return caption(composeSong(seed, { seconds, entrance: 0 }), players, random(seed + 1));
}
