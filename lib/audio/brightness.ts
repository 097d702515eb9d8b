import type { Audio } from "./audio";
import { stft } from "./spectrum";

/**
 * Brightness: the spectral centroid in Hz, the mean frequency weighted by magnitude. Frames (2048 samples, Hann, every 512) are
 * weighted by their own magnitude, so that silence between notes does not count. 0 for silence.
 * Source: Peeters, "A large set of audio features for sound description", 2004, section 6.1.1.
 * @throws RangeError without samples
 */
export function brightness(audio: Audio): number {
  const fft = 2048;
  const { data, frames, bins } = stft(audio.samples, { fft, hop: 512 });
  let weighted = 0;
  let total = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let bin = 0; bin < bins; bin++) {
      weighted += (data[frame * bins + bin] * bin * audio.sampleRate) / fft;
      total += data[frame * bins + bin];
    }
  }
  return total > 0 ? weighted / total : 0;
}
