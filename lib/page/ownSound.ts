import type { Audio } from "../audio/audio";
import { resample } from "../audio/resample";
import { decodeAudio } from "../audio/sound";

const mostBytes = 60e6;
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
  const from = whole.samples.findIndex((sample) => Math.abs(sample) > 0.003);
  if (from < 0) throw new Error(`${file.name} holds nothing but silence: choose another file.`);
  const part = whole.samples.slice(from, from + Math.ceil((seconds + 0.1) * whole.sampleRate));
  const { samples } = resample({ ...whole, samples: part }, sampleRate);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const gain = loudest > 0 ? Math.min(8, 0.7 / loudest) : 1; // about as loud as what the model knows
  return { samples: samples.slice(0, seconds * sampleRate).map((sample) => sample * gain), sampleRate };
}

async function decode(bytes: Uint8Array, name: string): Promise<Audio> {
  try {
    return await decodeAudio(bytes, name);
  } catch (error) {
    throw new Error(`${name} could not be read: ${(error as Error).message.replace(`${name}: `, "")}.`);
  }
}
