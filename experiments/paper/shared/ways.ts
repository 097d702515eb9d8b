import { excerpt } from "../../../lib/audio/audio";
import { isPresent, type Verdict } from "../../../lib/judges/presence";
import { wilson } from "../../../lib/math/statistics";
import { generateBatch, type Take } from "../../../lib/model/generate/generate";
import type { PlannedSteer } from "../../../lib/steering/methods";
import type { CaptionedPrompt } from "./captionedPrompt";
import type { Lab } from "./lab";
import type { ResultRow } from "./outcome";
import { isJudged } from "./traits";

/** The takes of one way of steering, prompt by prompt, and what the judge makes of their new music. */
export interface Way {
  way: string;
  takes: Take[];
  verdicts: Verdict[];
}

/** Go on with prompts in several ways; a prompt has the same seed in each. */
export async function inWays(
  lab: Lab,
  experiment: string,
  steers: Record<string, PlannedSteer>,
  prompts: CaptionedPrompt[],
): Promise<Way[]> {
  const { model, judge, profile, seed, signal } = lab;
  const ways: Way[] = [];
  for (const [way, steer] of Object.entries(steers)) {
    signal?.throwIfAborted();
    const takes = await generateBatch(
      model,
      prompts.map(({ audio }, k) => ({
        prompt: audio,
        seed: 1000 * seed + k,
      })),
      { seconds: profile.seconds, steer, signal },
    );
    const added = takes.map((take) => excerpt(take.audio, take.promptFrames / model.frameRate));
    ways.push({ way, takes, verdicts: await judge.hear(added) });
    lab.onProgress?.(ways.length, Object.keys(steers).length, experiment);
  }
  return ways;
}

/** In which takes the judge hears a trait. */
export function heardIn({ verdicts }: Way, trait: string): boolean[] {
  return verdicts.map((verdict) => isPresent(verdict, trait));
}

/** In how many takes the judge hears a trait: a row's fields, null where it does not know the trait. */
export function successIn(
  lab: Lab,
  way: Way,
  trait: string,
): Pick<ResultRow, "n" | "success" | "low" | "high"> {
  if (isJudged(lab, trait)) return rateOf(heardIn(way, trait));
  return { n: way.takes.length, success: null, low: null, high: null };
}

/** How many cases there are, and the share that are hits with its 95 % interval: a row's fields. */
export function rateOf(hits: boolean[]): { n: number; success: number; low: number; high: number } {
  const count = hits.filter((hit) => hit).length;
  const [low, high] = wilson(count, hits.length);
  return { n: hits.length, success: count / hits.length, low, high };
}
