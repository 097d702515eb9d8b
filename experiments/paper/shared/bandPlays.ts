import "../../../lib/disk/soundFont";
import { resample } from "../../../lib/audio/resample";
import type { EmbeddedClips } from "../../../lib/judges/embedding";
import { hashOf } from "../../../lib/math/hash";
import { bandContinuation } from "../../../lib/music/pairs";
import type { Instrument } from "../../../lib/music/song";
import { type CellResult, unsteered } from "../../../lib/sweep/cell";
import { createMeasure, soundOf } from "../../../lib/sweep/measure";
import { encodePrompts } from "../../../lib/sweep/sweepPrompt";
import { cached } from "./cached";
import type { BandPrompt } from "./captionedPrompt";
import { type Heard, hearMusic, keepingOf, newMusic } from "./heard";
import type { Lab } from "./lab";
import { type SettingResult, settingsOf } from "./settings";

/** A continuation by the band. */
interface Played {
  cell: CellResult;
  heard: Heard;
}

/**
 * The band plays on after each prompt, the instrument joining, through the codec as every take: the setting "band". It
 * shows what the measures say of music that does what steering is to do. Kept in the folder's cache.
 */
export async function bandPlays(
  lab: Lab,
  trait: Instrument,
  prompts: BandPrompt[],
  reference: EmbeddedClips,
): Promise<SettingResult[]> {
  const { model, judge, profile } = lab;
  const facts = JSON.stringify([judge.fingerprint ?? null, profile.seconds, trait, "keeping"]);
  const key = hashOf(model.fingerprint, facts, ...prompts.map(({ audio }) => hashOf(audio.samples)));
  const played = await cached(lab, `band-${trait}-${key}`, () => playAll(lab, trait, prompts));
  const heard = new Map(played.map(({ cell, heard }) => [cell.key, heard]));
  return settingsOf(lab, { trait, cells: played.map(({ cell }) => cell), heard }, reference);
}

async function playAll(lab: Lab, trait: Instrument, prompts: BandPrompt[]): Promise<Played[]> {
  const { model, judge, profile, seed } = lab;
  const read = encodePrompts(model, prompts);
  const frames = Math.round(profile.seconds * model.frameRate);
  const measure = await createMeasure(model, read, { trait, frames, judge });
  const played: Played[] = [];
  for (const [i, prompt] of read.entries()) {
    lab.signal?.throwIfAborted();
    const next = resample(await bandContinuation(prompts[i], profile.seconds), model.sampleRate);
    const [after] = model.codec.encode([next.samples]);
    const take = prompt.tokens.map((codes, k) => Int32Array.from([...codes, ...after[k]]));
    const audio = soundOf(model, take);
    const about = { method: "band", prompt: prompt.id, promptHash: prompt.hash, seed, takeSeed: 0 };
    const cell: CellResult = {
      key: `band-${prompt.id}`,
      cell: { ...unsteered, ...about },
      ...(await measure(prompt, audio)).measures,
      monitor: null,
      strength: null,
      promptFrames: prompt.tokens[0].length,
      tokens: take.map((codes) => Array.from(codes)),
    };
    const keeping = keepingOf(lab, cell, audio);
    played.push({ cell, heard: { ...(await hearMusic(lab, newMusic(lab, cell, audio))), keeping } });
    lab.onProgress?.(i + 1, prompts.length, `the band goes on with ${trait}`);
  }
  return played;
}
