/** Sound in one channel. Samples are nominally in [-1, 1]; `sampleRate` is in Hz. */
export interface Audio {
  samples: Float32Array;
  sampleRate: number;
}

/** Length in seconds. */
export function duration(audio: Audio): number {
  return audio.samples.length / audio.sampleRate;
}

/**
 * The part from `from` to `to` (seconds, rounded to samples; cut at the ends of the audio). A copy.
 * @throws RangeError when the part is empty
 */
export function excerpt(audio: Audio, from: number, to: number = duration(audio)): Audio {
  const { sampleRate } = audio;
  const samples = audio.samples.slice(
    Math.max(0, Math.round(from * sampleRate)),
    Math.max(0, Math.round(to * sampleRate)),
  );
  if (samples.length === 0)
    throw new RangeError(`no sound from ${from} to ${to} s: the audio is ${duration(audio)} s long`);
  return { samples, sampleRate };
}
