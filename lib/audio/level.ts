import type { Audio } from "./audio";

/** How loud a clip is. Levels are in dB relative to full scale (a full-scale sine has an rms of -3.01); silence is -Infinity. */
export interface SoundLevel {
  /** Root mean square of all samples, dBFS. */
  rms: number;
  /** Largest magnitude, dBFS. */
  peak: number;
  /** Share of samples at full scale (magnitude of at least 32767 / 32768). */
  clipped: number;
  /** Root mean square of the blocks in which something sounds, dBFS. */
  active: number;
  /** Share of blocks in which something sounds. */
  activeShare: number;
}

/**
 * Measure a clip. Active loudness is gated as in ITU-R BS.1770-4, without its frequency weighting: blocks of 400 ms
 * every 100 ms; those above -70 dBFS count, then those within 10 dB of these blocks' mean power.
 * @throws RangeError when there are no samples
 */
export function soundLevel(audio: Audio): SoundLevel {
  const { samples } = audio;
  if (samples.length === 0) throw new RangeError("a level needs at least one sample, found none");
  let peak = 0;
  let clipped = 0;
  for (const sample of samples) {
    const size = Math.abs(sample);
    if (size > peak) peak = size;
    if (size >= FULL_SCALE) clipped++;
  }
  const blocks = blockPowers(audio);
  const heard = blocks.filter((power) => power > SILENCE);
  const active = heard.filter((power) => power > mean(heard) * RELATIVE_GATE);
  return {
    rms: decibels(meanSquare(samples)),
    peak: decibels(peak ** 2),
    clipped: clipped / samples.length,
    active: decibels(mean(active)),
    activeShare: active.length / blocks.length,
  };
}

/** A power, such as a mean square, in dB; of none, -Infinity. */
export function decibels(power: number): number {
  return 10 * Math.log10(power);
}

export function meanSquare(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return sum / samples.length;
}

const FULL_SCALE = 32767 / 32768;
const SILENCE = 10 ** (-70 / 10);
const RELATIVE_GATE = 10 ** (-10 / 10);

function blockPowers({ samples, sampleRate }: Audio): number[] {
  const size = Math.min(samples.length, Math.round(0.4 * sampleRate));
  const hop = Math.max(1, Math.round(0.1 * sampleRate));
  const powers: number[] = [];
  for (let start = 0; start + size <= samples.length; start += hop)
    powers.push(meanSquare(samples.subarray(start, start + size)));
  return powers;
}

function mean(values: number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
