import { type Audio, duration } from "../audio/audio";
import { encodeWav } from "../audio/wav";

/**
 * A WAV file to be written, and what it is in words. Samples beyond full scale, which 16-bit integers would clip, are kept as floats.
 * @param float floats in any case
 */
export function soundFile(path: string, audio: Audio, float = false) {
  const isLoud = audio.samples.some((sample) => Math.abs(sample) > 1);
  const data = encodeWav(audio, float || isLoud ? "float32" : "pcm16");
  const remark = isLoud ? ", 32-bit floats since it goes beyond full scale" : "";
  return { path, data, about: `${duration(audio).toFixed(2)} s at ${audio.sampleRate} Hz${remark}` };
}
