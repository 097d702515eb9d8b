import FFT from "fft.js";
import type { Audio } from "./audio";

/** A grid [frames, bins], row by row; a frame is `hop` samples after the one before. */
export interface Spectrogram {
  data: Float32Array;
  frames: number;
  bins: number;
}

/** A grid [frames, mels], row by row. */
export interface MelSpectrogram {
  data: Float32Array;
  frames: number;
  mels: number;
}

export interface MelOptions {
  /** Window and transform length in samples, a power of two. */
  fft?: number;
  /** Samples from frame to frame. */
  hop?: number;
  /** Number of mel bands. */
  mels?: number;
  /** Lower edge of the lowest band, Hz. */
  fmin?: number;
  /** Upper edge of the highest band, Hz; the default is half the sample rate. */
  fmax?: number;
}

/** What `logMel` adds before the logarithm: about -50 dB of a full-scale sine. */
export const LOG_MEL_FLOOR = 3e-3;

/**
 * Magnitudes of the short-time Fourier transform: periodic Hann window, frames centred on multiples of `hop`,
 * ends reflected; [1 + floor(samples / hop), fft / 2 + 1]. Unscaled, as torch.stft(center=True).abs().
 * @throws RangeError when there are no samples, `fft` is no power of two or `hop` no positive integer
 */
export function stft(samples: Float32Array, options: { fft?: number; hop?: number } = {}): Spectrogram {
  const { fft: size = 1024, hop = 256 } = options;
  if (!Number.isInteger(hop) || hop < 1) throw new RangeError(`hop must be a positive integer, found ${hop}`);
  if (!Number.isInteger(Math.log2(size)) || size < 4)
    throw new RangeError(`fft must be a power of two, at least 4, found ${size}`);
  if (samples.length === 0) throw new RangeError("a spectrum needs at least one sample, found none");
  const transform = new FFT(size);
  const window = hann(size);
  const bins = size / 2 + 1;
  const frames = 1 + Math.floor(samples.length / hop);
  const data = new Float32Array(frames * bins); // [frames, bins]
  const input = new Array<number>(size).fill(0);
  const output = transform.createComplexArray(); // re, im, re, im, ...
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * hop - size / 2;
    const inside = start >= 0 && start + size <= samples.length;
    for (let i = 0; i < size; i++)
      input[i] = window[i] * samples[inside ? start + i : reflected(start + i, samples.length)];
    transform.realTransform(output, input);
    for (let bin = 0; bin < bins; bin++)
      data[frame * bins + bin] = Math.sqrt(output[2 * bin] ** 2 + output[2 * bin + 1] ** 2);
  }
  return { data, frames, bins };
}

/**
 * log(mel magnitude + 3e-3), natural logarithm; magnitudes are scaled by 2 / sum(window), so that a full-scale sine
 * gives 1 in its bin. [frames, mels]. What the presence judge hears and the spectrogram figure shows.
 * @throws RangeError as `stft` and `melFilterbank` do
 */
export function logMel(audio: Audio, options: MelOptions = {}): MelSpectrogram {
  const { fft = 1024, hop = 256, mels = 64, fmin = 30, fmax = audio.sampleRate / 2 } = options;
  const bank = melFilterbank(audio.sampleRate, { fft, mels, fmin, fmax }); // [mels, bins]
  const { data: magnitude, frames, bins } = stft(audio.samples, { fft, hop });
  const spans = bandSpans(bank, mels, bins);
  const scale = 2 / hann(fft).reduce((sum, value) => sum + value, 0);
  const data = new Float32Array(frames * mels);
  for (let frame = 0; frame < frames; frame++) {
    for (let mel = 0; mel < mels; mel++) {
      let sum = 0;
      for (let bin = spans[2 * mel]; bin < spans[2 * mel + 1]; bin++)
        sum += bank[mel * bins + bin] * magnitude[frame * bins + bin];
      data[frame * mels + mel] = Math.log(sum * scale + LOG_MEL_FLOOR);
    }
  }
  return { data, frames, mels };
}

/**
 * Triangular filters [mels, fft / 2 + 1], peak 1, linear in Hz between edges that are evenly spaced in mel.
 * @throws RangeError when the band from fmin to fmax is empty or beyond half the sample rate
 */
export function melFilterbank(sampleRate: number, options: MelOptions = {}): Float32Array {
  const { fft = 1024, mels = 64, fmin = 30, fmax = sampleRate / 2 } = options;
  if (!(fmin >= 0 && fmin < fmax && fmax <= sampleRate / 2))
    throw new RangeError(
      `mel bands need 0 <= fmin < fmax <= ${sampleRate / 2} Hz, found ${fmin} and ${fmax}`,
    );
  if (!Number.isInteger(mels) || mels < 1)
    throw new RangeError(`mels must be a positive integer, found ${mels}`);
  const bins = fft / 2 + 1;
  const edges = melFrequencies(mels + 2, fmin, fmax);
  const bank = new Float32Array(mels * bins);
  for (let mel = 0; mel < mels; mel++) {
    const [low, peak, high] = edges.slice(mel, mel + 3);
    for (let bin = 0; bin < bins; bin++) {
      const hz = (bin * sampleRate) / fft;
      bank[mel * bins + bin] = Math.max(0, Math.min((hz - low) / (peak - low), (high - hz) / (high - peak)));
    }
  }
  return bank;
}

/** `count` frequencies in Hz, from fmin to fmax, evenly spaced in mel (HTK: 2595 log10(1 + f / 700)). */
export function melFrequencies(count: number, fmin: number, fmax: number): number[] {
  const mel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  const step = (mel(fmax) - mel(fmin)) / (count - 1);
  return Array.from({ length: count }, (_, i) => 700 * (10 ** ((mel(fmin) + i * step) / 2595) - 1));
}

/** Periodic Hann window. */
function hann(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
}

/** Where a position outside 0 ... length - 1 falls when the signal is mirrored at its first and last sample. */
function reflected(at: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const inPeriod = ((at % period) + period) % period;
  return inPeriod < length ? inPeriod : period - inPeriod;
}

/** First bin and the one after the last of every band that is not zero there: [mels, 2]. */
function bandSpans(bank: Float32Array, mels: number, bins: number): Int32Array {
  const spans = new Int32Array(2 * mels);
  for (let mel = 0; mel < mels; mel++) {
    const row = bank.subarray(mel * bins, (mel + 1) * bins);
    spans[2 * mel] = Math.max(
      0,
      row.findIndex((value) => value > 0),
    );
    spans[2 * mel + 1] = row.reduce((end, value, bin) => (value > 0 ? bin + 1 : end), 0);
  }
  return spans;
}
