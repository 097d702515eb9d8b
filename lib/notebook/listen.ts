import { type Audio, duration } from "../audio/audio";
import { encodeWav } from "../audio/wav";
import { drawingScript, elementId, escapeHtml } from "./libraries";
import { type MimeBundle, show } from "./output";

/** Something to hear: audio, or a take (with its prompt marked). */
export type Sound = Audio | SoundOfTake;

export interface SoundOfTake {
  audio: Audio;
  /** frames of the prompt, at the take's beginning */
  promptFrames?: number;
  /** [codebooks][frames] */
  tokens?: ArrayLike<number>[];
}

/**
 * Players one below the other under the running cell, on one axis of seconds: waveform, spectrogram (mel scale, up to half
 * the sample rate), a dashed line where a take's prompt ends; volume, loop, download. Starting one stops the others; A/B (X)
 * goes on in the next one at the same moment. The sound itself is in the notebook (16-bit WAV).
 * @param sounds one, several, or several by name
 */
export function listen(sounds: Sound | Sound[] | Record<string, Sound>): void {
  show(soundBundle(sounds));
}

/** The players of `listen` in the forms that a notebook can show. */
export function soundBundle(sounds: Sound | Sound[] | Record<string, Sound>): MimeBundle {
  const id = elementId();
  const named = name(sounds);
  const cards = named.map(([label, sound]) => card(id, label, sound));
  const script = drawingScript("wavesurfer", id, "    modules.at(-1).default(places, modules);");
  const text = named.map(
    ([label, sound]) => `[${label || "sound"}: ${duration(audioOf(sound)).toFixed(1)} s]`,
  );
  return {
    "text/html": `<div style="display:grid;gap:16px">\n${cards.join("\n")}\n</div>\n${script}`,
    "text/plain": text.join("\n"),
  };
}

export function isSound(value: unknown): value is Sound {
  return isAudio(value) || isAudio((value as SoundOfTake | null)?.audio);
}

function isAudio(value: unknown): value is Audio {
  const audio = value as Audio | null | undefined;
  return audio?.samples instanceof Float32Array && typeof audio.sampleRate === "number";
}

function name(sounds: Sound | Sound[] | Record<string, Sound>): [label: string, sound: Sound][] {
  if (isSound(sounds)) return [["", sounds]];
  const named: [string, Sound][] = Array.isArray(sounds)
    ? sounds.map((sound, i) => [`${i + 1}`, sound])
    : Object.entries(sounds);
  for (const [label, sound] of named) {
    if (!isSound(sound))
      throw new TypeError(`listen: expected audio or a take, found ${typeof sound} in "${label}"`);
  }
  return named;
}

/** One player's place; until the script has run, or where none runs, it holds the browser's own. */
function card(id: string, label: string, sound: Sound): string {
  const audio = audioOf(sound);
  const wav = Buffer.from(encodeWav(audio)).toString("base64");
  const prompt = promptSeconds(sound);
  return (
    `<figure data-smitin="${id}" data-rate="${audio.sampleRate}" data-seconds="${duration(audio)}"${prompt ? ` data-prompt="${prompt}"` : ""} ` +
    `style="min-width:0;max-width:720px;margin:0">` +
    `<figcaption style="font-weight:600;margin-bottom:8px">${escapeHtml(label)}</figcaption>` +
    `<audio controls style="max-width:100%" src="data:audio/wav;base64,${wav}"></audio></figure>`
  );
}

function audioOf(sound: Sound): Audio {
  return "audio" in sound ? sound.audio : sound;
}

function promptSeconds(sound: Sound): number {
  if (!("audio" in sound) || !sound.promptFrames || !sound.tokens?.length) return 0;
  return (sound.promptFrames / sound.tokens[0].length) * duration(sound.audio);
}
