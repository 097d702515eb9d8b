import type { Audio } from "../audio/audio";
import { pauser } from "../jobs/interruption";
import { isPresent, type Verdict } from "../judges/presence";
import { similarityTo } from "../judges/similarity";
import type { TokenGrid } from "../model/generate/tokens";
import type { MusicGen } from "../model/musicgen";
import type { CellResult } from "./cell";
import type { EncodedPrompt } from "./sweepPrompt";

/** Who decides about success: a `PresenceJudge`, or anybody who hears traits. */
export interface SweepJudge {
  traits: string[];
  /** Tells one judge from another: results of another are refused. */
  fingerprint?: string;
  hear(clips: Audio[]): Verdict[] | Promise<Verdict[]>;
}

export type Measures = Pick<CellResult, "success" | "present" | "similarity" | "kept" | "own">;

/** What was measured of a take, and what the judge, if there is one, heard in its new music. */
export interface Measured {
  measures: Measures;
  verdict?: Verdict;
}

/** Measures a take. @param take the sound of prompt and continuation, as of `soundOf` */
export type Measure = (prompt: EncodedPrompt, take: Audio) => Promise<Measured>;

export interface MeasureOptions {
  trait: string;
  /** New ones in every take. */
  frames: number;
  judge?: SweepJudge;
  reference?: Audio[];
  signal?: AbortSignal;
}

/**
 * Hear the prompts once, through the codec as their continuations are; then measure takes one by one, each alone, so that
 * numbers do not depend on batches.
 * @throws RangeError when the judge does not know the trait, or cannot hear clips as short as these
 */
export async function createMeasure(
  model: MusicGen,
  prompts: EncodedPrompt[],
  { trait, frames, judge, reference, signal }: MeasureOptions,
): Promise<Measure> {
  const { sampleRate } = model;
  if (judge) await tryJudge(judge, trait, { samples: new Float32Array(frames * hopOf(model)), sampleRate });
  const sounds = new Map<EncodedPrompt, Audio>();
  const pause = pauser(signal);
  for (const prompt of prompts) {
    if (prompt.tokens[0].length > 0) sounds.set(prompt, soundOf(model, prompt.tokens));
    await pause();
  }
  const centre = reference ?? [...sounds.values()];
  const similar = centre.length > 1 ? similarityTo(centre) : undefined; // centred on itself, one clip is nothing
  const others = new Map<EncodedPrompt, string[]>();
  if (judge)
    for (const [prompt, sound] of sounds) {
      others.set(prompt, await othersOf(judge, trait, prompt, sound));
      await pause();
    }
  return async (prompt, take) => {
    const clip = { samples: take.samples.slice(prompt.tokens[0].length * hopOf(model)), sampleRate };
    const sound = sounds.get(prompt);
    const similarity = sound && similar ? similar(clip, sound) : null;
    if (!judge) return { measures: { success: null, present: null, similarity, kept: null, own: null } };
    const [verdict] = await judge.hear([clip]);
    const present = Object.fromEntries(judge.traits.map((name) => [name, isPresent(verdict, name)]));
    const own = others.get(prompt);
    const kept = own?.filter((name) => present[name]).length ?? null;
    const measures = { success: present[trait], present, similarity, kept, own: own?.length ?? null };
    return { measures, verdict };
  };
}

/** What tokens sound like. */
export function soundOf({ codec, sampleRate }: MusicGen, tokens: TokenGrid): Audio {
  return { samples: codec.decode([tokens])[0], sampleRate };
}

function hopOf({ codec }: MusicGen): number {
  return codec.config.hopLength;
}

/** @param silence as long as the takes' new music */
async function tryJudge(judge: SweepJudge, trait: string, silence: Audio): Promise<void> {
  if (!judge.traits.includes(trait)) {
    const known = judge.traits.join(", ");
    throw new RangeError(`judge: expected one that knows "${trait}", found one that knows ${known}`);
  }
  try {
    await judge.hear([silence]);
  } catch (error) {
    throw new RangeError(`seconds: ${(error as Error).message}`, { cause: error });
  }
}

/** The traits that the judge hears in a prompt, other than the one that is steered. */
async function othersOf(
  judge: SweepJudge,
  trait: string,
  { id, players }: EncodedPrompt,
  sound: Audio,
): Promise<string[]> {
  try {
    const [verdict] = await judge.hear([sound]);
    return judge.traits.filter(
      (name) => name !== trait && (players?.includes(name) ?? true) && isPresent(verdict, name),
    );
  } catch (error) {
    throw new RangeError(`prompt "${id}": ${(error as Error).message}`, { cause: error });
  }
}
