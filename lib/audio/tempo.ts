import FFT from "fft.js";
import type { Audio } from "./audio";
import { logMel } from "./spectrum";

/**
 * Tempo in beats a minute: the lag at which the strength of onsets (rises of the log-mel spectrum) repeats itself best,
 * weighted towards 120 by a log-normal curve an octave wide, refined between lags by a parabola. As with every such measure the
 * octave is a convention: music counted at 60 may be given as 120. Several seconds are needed, 8 and more are better.
 * Source: Ellis, "Beat tracking by dynamic programming", 2007, section 3.2.
 * @throws RangeError when the clip is shorter than 2 s or nothing in it begins
 */
export function tempo(audio: Audio, { slowest = 50, fastest = 220 } = {}): number {
  if (audio.samples.length < 2 * audio.sampleRate)
    throw new RangeError(`tempo: expected at least 2 s, found ${audio.samples.length / audio.sampleRate} s`);
  const hop = Math.round(audio.sampleRate / 100);
  const fft = 2 ** Math.round(Math.log2(audio.sampleRate * 0.046));
  const strength = onsets(logMel(audio, { fft, hop, mels: 40 }));
  const perMinute = (60 * audio.sampleRate) / hop; // frames a minute
  const likeness = autocorrelation(strength);
  const score = (lag: number) =>
    (likeness[lag] / (strength.length - lag)) * Math.exp(-0.5 * Math.log2(perMinute / lag / 120) ** 2);
  let best = 0;
  for (
    let lag = Math.ceil(perMinute / fastest);
    lag <= Math.min(perMinute / slowest, strength.length - 2);
    lag++
  )
    if (best === 0 || score(lag) > score(best)) best = lag;
  if (!(score(best) > 0)) throw new RangeError("tempo: expected notes that begin, found none");
  const [below, at, above] = [score(best - 1), score(best), score(best + 1)];
  const bend = below - 2 * at + above;
  return perMinute / (best + (bend < 0 ? (0.5 * (below - above)) / bend : 0));
}

/** How much begins in each frame: the rises of all bands, less their mean: [frames]. */
function onsets({ data, frames, mels }: { data: Float32Array; frames: number; mels: number }): Float64Array {
  const rises = new Float64Array(frames);
  for (let frame = 1; frame < frames; frame++) {
    for (let mel = 0; mel < mels; mel++)
      rises[frame] += Math.max(0, data[frame * mels + mel] - data[(frame - 1) * mels + mel]);
  }
  const mean = rises.reduce((sum, value) => sum + value, 0) / frames;
  return rises.map((value) => value - mean);
}

/** sum of x[t] x[t + lag], for every lag: [frames]. */
function autocorrelation(values: Float64Array): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(2 * values.length));
  const transform = new FFT(size);
  const spectrum = transform.createComplexArray();
  const input = new Array<number>(size).fill(0);
  for (let i = 0; i < values.length; i++) input[i] = values[i];
  transform.realTransform(spectrum, input);
  transform.completeSpectrum(spectrum);
  for (let i = 0; i < size; i++) {
    spectrum[2 * i] = spectrum[2 * i] ** 2 + spectrum[2 * i + 1] ** 2;
    spectrum[2 * i + 1] = 0;
  }
  const output = transform.createComplexArray();
  transform.inverseTransform(output, spectrum);
  return Float64Array.from(values, (_, lag) => output[2 * lag]);
}
