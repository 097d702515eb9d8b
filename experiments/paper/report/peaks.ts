import { type Audio, duration } from "../../../lib/audio/audio";

/** A waveform small enough to stand in a page: the page then draws it without reading the sound, which it may not from a file. */
export interface Peaks {
  /** Largest magnitude of each span of time, 0 to 1. */
  peaks: number[];
  /** In seconds. */
  duration: number;
}

/** The peaks of a clip in `spans` equal spans (fewer where there are fewer samples). */
export function peaksOf(audio: Audio, spans = 240): Peaks {
  const { samples } = audio;
  const count = Math.min(spans, samples.length);
  const peaks = Array.from({ length: count }, (_, span) => {
    let most = 0;
    const end = Math.floor(((span + 1) * samples.length) / count);
    for (let i = Math.floor((span * samples.length) / count); i < end; i++)
      most = Math.max(most, Math.abs(samples[i]));
    return Number(Math.min(1, most).toFixed(3));
  });
  return { peaks, duration: Number(duration(audio).toFixed(4)) };
}
