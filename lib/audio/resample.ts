import type { Audio } from "./audio";

/**
 * The audio at another sample rate, any positive integer: ceil(samples * rate / sampleRate) samples, sample 0 at the
 * same instant. Polyphase Kaiser-windowed sinc; flat within 0.01 dB up to 0.9 of the lower half-rate, at least 90 dB
 * down from that half-rate on; silence is assumed beyond the ends. At the same rate the samples are shared, not copied.
 * Source: Crochiere & Rabiner, "Multirate Digital Signal Processing", 1983; Kaiser's formula for the window.
 * @param audio sound of any rate
 * @param rate in Hz
 * @param options crossings = 64: zero crossings of the sinc on each side, at least 8; fewer are faster. attenuation = 100: what
 *   is left of aliases, dB down, 60 to 120. The response is flat up to 1 - (attenuation - 8) / (14 crossings) of the lower half-rate
 * @throws RangeError when a rate is no positive integer
 */
export function resample(audio: Audio, rate: number, { crossings = 64, attenuation = 100 } = {}): Audio {
  for (const value of [audio.sampleRate, rate])
    if (!Number.isInteger(value) || value <= 0)
      throw new RangeError(`a sample rate must be a positive integer, found ${value}`);
  if (!(crossings >= 8)) throw new RangeError(`crossings must be at least 8, found ${crossings}`);
  if (!(attenuation >= 60 && attenuation <= 120))
    throw new RangeError(`attenuation must be 60 to 120 dB, found ${attenuation}`);
  if (rate === audio.sampleRate) return { samples: audio.samples, sampleRate: rate };
  const common = greatestCommonDivisor(audio.sampleRate, rate);
  const up = rate / common;
  const down = audio.sampleRate / common;
  const { taps, reach } = filterOf(up, down, crossings, attenuation); // [up, 2 * reach]
  const { samples } = audio;
  const width = 2 * reach;
  const out = new Float32Array(Math.ceil((samples.length * up) / down));
  for (let i = 0; i < out.length; i++) {
    const position = i * down; // in steps of 1 / up input samples
    const phase = position % up;
    const first = (position - phase) / up - reach + 1; // input sample under the first tap
    const from = Math.max(0, -first);
    const to = Math.min(width, samples.length - first);
    let sum = 0;
    for (let k = from; k < to; k++) sum += taps[phase * width + k] * samples[first + k];
    out[i] = sum;
  }
  return { samples: out, sampleRate: rate };
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The filter used last: excerpts of one song, and songs of one data set, need the same again and again. */
let latest: { key: string; filter: ReturnType<typeof polyphase> } | undefined;

function filterOf(...args: Parameters<typeof polyphase>): ReturnType<typeof polyphase> {
  const key = args.join();
  if (latest?.key !== key) latest = { key, filter: polyphase(...args) };
  return latest.filter;
}

/**
 * The low-pass filter cut into `up` phases, [up, 2 * reach]: tap k of phase p weighs the input sample that lies
 * k - reach + 1 - p / up samples after the output's instant.
 */
function polyphase(up: number, down: number, crossings: number, attenuation: number) {
  const halfTransition = (attenuation - 7.95) / (2.285 * 4 * Math.PI * crossings); // Kaiser's formula
  const cutoff = (1 - halfTransition) * Math.min(1, up / down); // in units of the input's half-rate
  const radius = crossings / Math.min(1, up / down); // in input samples
  const reach = Math.ceil(radius);
  const beta = 0.1102 * (attenuation - 8.7);
  const peak = bessel(beta);
  const taps = new Float32Array(up * 2 * reach);
  for (let phase = 0; phase < up; phase++) {
    for (let k = 0; k < 2 * reach; k++) {
      const distance = k - reach + 1 - phase / up;
      const inWindow = 1 - (distance / radius) ** 2;
      if (inWindow <= 0) continue;
      const window = bessel(beta * Math.sqrt(inWindow)) / peak;
      taps[phase * 2 * reach + k] = cutoff * sinc(cutoff * distance) * window;
    }
  }
  return { taps, reach };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  for (let k = 1, term = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
