import type { Audio } from "../audio/audio";
import { resample } from "../audio/resample";
import { decodeAudio } from "../audio/sound";
import { playingTime } from "./playingTime";

const mostBytes = 60e6;
const mostMinutes = 20;
const seconds = 3;

/**
 * The first three seconds of a visitor's file that are not silence, at the model's rate.
 * @throws Error with one sentence for people: not sound, too long, nothing but silence
 */
export async function readSound(file: File, sampleRate: number): Promise<Audio> {
  if (file.size > mostBytes)
    throw new Error(
      `${file.name} is too large (${Math.round(file.size / 1e6)} MB): cut out a part of less than ${mostBytes / 1e6} MB.`,
    );
  const whole = await decode(new Uint8Array(await file.arrayBuffer()), file.name);
  return beginningOf(whole, file.name, sampleRate);
}

/** The first three seconds that are not silence, about as loud as what the model knows. */
export function beginningOf(whole: Audio, name: string, sampleRate: number): Audio {
  const from = whole.samples.findIndex((sample) => Math.abs(sample) > 0.003);
  if (from < 0) throw new Error(`${name} holds nothing but silence: try another one.`);
  const part = whole.samples.slice(from, from + Math.ceil((seconds + 0.1) * whole.sampleRate));
  const { samples } = resample({ ...whole, samples: part }, sampleRate);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const gain = loudest > 0 ? Math.min(8, 0.7 / loudest) : 1;
  return { samples: samples.slice(0, seconds * sampleRate).map((sample) => sample * gain), sampleRate };
}

async function decode(bytes: Uint8Array, name: string): Promise<Audio> {
  const refused = (error: unknown) =>
    new Error(`${name} could not be read: ${(error as Error).message.replace(`${name}: `, "")}.`);
  let minutes: number;
  try {
    minutes = (playingTime(bytes, name) ?? 0) / 60;
  } catch (error) {
    throw refused(error);
  }
  if (minutes > mostMinutes)
    throw new Error(
      `${name} plays for ${Math.round(minutes)} minutes: cut out a part of less than ${mostMinutes} minutes.`,
    );
  try {
    return await decodeAudio(bytes, name);
  } catch (error) {
    throw refused(error);
  }
}
