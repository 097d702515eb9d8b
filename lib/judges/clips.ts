import { type Audio, duration } from "../audio/audio";

/**
 * Refuse clips that no judge can make sense of.
 * @param what who asks, for the message
 * @param options.seconds the least that each clip must last
 * @param options.oneRate whether all must have the same sample rate
 * @throws RangeError when there are none, one is too short or not finite, or the rates differ
 */
export function checkClips(
  what: string,
  clips: readonly Audio[],
  { seconds = 0, oneRate = false }: { seconds?: number; oneRate?: boolean } = {},
): void {
  if (clips.length === 0) throw new RangeError(`${what}: expected at least one clip, found none`);
  for (const [i, clip] of clips.entries()) {
    const { samples, sampleRate } = clip;
    if (!Number.isInteger(sampleRate) || sampleRate <= 0)
      throw new RangeError(`${what}: expected a sample rate in Hz, found ${sampleRate} in clip ${i}`);
    if (oneRate && sampleRate !== clips[0].sampleRate)
      throw new RangeError(
        `${what}: expected clips of one sample rate, found ${clips[0].sampleRate} Hz in clip 0 and ${sampleRate} Hz in clip ${i}`,
      );
    if (samples.length === 0 || duration(clip) < seconds)
      throw new RangeError(
        `${what}: expected at least ${seconds || "some"} s of audio, found ${duration(clip).toFixed(2)} s in clip ${i}`,
      );
    const odd = samples.findIndex((sample) => !Number.isFinite(sample));
    if (odd >= 0)
      throw new RangeError(
        `${what}: expected finite samples, found ${samples[odd]} at ${(odd / sampleRate).toFixed(3)} s of clip ${i}`,
      );
  }
}

/** @throws RangeError unless there is a clip for every prompt */
export function checkPrompts(what: string, clips: readonly Audio[], prompts: readonly Audio[]): void {
  if (clips.length !== prompts.length)
    throw new RangeError(`${what}: expected ${prompts.length} clips, one a prompt, found ${clips.length}`);
}
