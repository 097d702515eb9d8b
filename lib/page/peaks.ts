/** How finely the page draws waveforms. */
export const peaksPerSecond = 100;

/** The largest |sample| of every `size` samples, the last ones perhaps of fewer. */
export function binPeaks(samples: ArrayLike<number>, size: number): number[] {
  const peaks = new Array<number>(Math.ceil(samples.length / size)).fill(0);
  for (let i = 0; i < samples.length; i++) {
    const bin = Math.floor(i / size);
    peaks[bin] = Math.max(peaks[bin], Math.abs(samples[i]));
  }
  return peaks;
}
