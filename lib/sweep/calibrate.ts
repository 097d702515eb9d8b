import type { OnProgress } from "../jobs/progress";
import { wilson } from "../math/statistics";
import type { MusicGen } from "../model/musicgen";
import { bandPrompts } from "../music/pairs";
import { type Instrument, instruments } from "../music/song";
import type { Calibration } from "../probes/calibration";
import { captureTokens } from "../probes/capture";
import { type ProbeSet, withoutCalibration } from "../probes/probe";
import type { CellResult } from "./cell";
import { probeJudgements } from "./judgements";
import type { SweepMethod } from "./method";
import type { SweepOptions } from "./options";
import { memoryStore } from "./store";
import { crossing, crossingInterval, type SearchOptions, searchStrength } from "./strengthSearch";
import { sweepSteering } from "./sweep";
import { encodePrompts, type SweepPrompt } from "./sweepPrompt";

export interface CalibrateOptions
  extends Pick<SweepOptions, "seconds" | "frames" | "sampling" | "judge" | "rows" | "memory" | "signal">,
    SearchOptions {
  /** The share of takes that shall have the trait: above 0, below 1. */
  success?: number;
  /** Whose strength: with its own settings for all else. Default: "smitin". */
  method?: "smitin" | "iti" | SweepMethod;
  /** Music without the trait. Default, for an instrument of the studio band: 32 prompts of 3 s that the band plays. */
  prompts?: SweepPrompt[];
  /** What the prompts are, in words, for the probe file. */
  recipe?: string;
  /** Of the takes' random choices. */
  seed?: number;
  /** Called after every strength that was tried, with the share of takes that had the trait. */
  onTrial?(alpha: number, success: number): void;
  /** Counts takes within the strength that is being tried. */
  onProgress?: OnProgress;
}

/**
 * Find the alpha at which a method succeeds as often as asked, since alpha's unit does not carry over from one model to
 * the next: bisection (`searchStrength`) over the same prompts with the same random choices, then new takes of the same prompts at
 * the alpha that was found. The judge decides about success; without one the probes do: they read each take's new music, nothing
 * added, and its monitor reaches the threshold "calibrated". Such success is what the probes see, not what is heard.
 *
 *     const ready = withCalibration(drums, await calibrate(model, drums, { success: 0.5, judge }));
 *     const take = await generate(model, { prompt, steer: smitin(ready, { alpha: "calibrated" }) });
 *
 * @returns the same for the same seed, prompts and engine
 * @throws RangeError on impossible options, on a trait that the band does not play without prompts of one's own; Error as
 *   `searchStrength` and `sweepSteering`
 */
export async function calibrate(
  model: MusicGen,
  probes: ProbeSet,
  options: CalibrateOptions = {},
): Promise<Calibration> {
  const { success: target = 0.5, method = "smitin", seed = 0, judge, onTrial, onProgress } = options;
  const { seconds, frames, sampling, rows, memory, signal } = options;
  if (!(target > 0 && target < 1))
    throw new RangeError(`success: expected a share above 0 and below 1, found ${target}`);
  const prompts = encodePrompts(model, options.prompts ?? (await bandPlays(probes.trait, options)));
  const store = memoryStore();
  const takes = async (alpha: number, takeSeed: number): Promise<boolean[]> => {
    const { cells } = await sweepSteering(model, {
      probes: withoutCalibration(probes),
      prompts,
      alpha: [alpha],
      methods: [method],
      seeds: [takeSeed],
      seconds,
      frames,
      sampling,
      judge,
      rows,
      memory,
      signal,
      store,
      onProgress,
    });
    const own = cells.filter(({ cell }) => (cell.alpha ?? 0) === alpha);
    return judge
      ? own.map(({ success }) => success === true)
      : await heardByProbes(model, probes, own, signal);
  };
  const search = async (alpha: number) => {
    const hits = await takes(alpha, seed);
    onTrial?.(alpha, hits.filter(Boolean).length / hits.length);
    return hits;
  };
  const trials = await searchStrength(search, target, options);
  const alpha = Number(crossing(trials, target).toPrecision(3));
  const fresh = await takes(alpha, seed + 1);
  const successes = fresh.filter(Boolean).length;
  const [low, high] = crossingInterval(trials, target, { seed });
  return {
    method: typeof method === "string" ? method : method.name,
    alpha,
    interval: [Math.min(low, alpha), Math.max(high, alpha)],
    target,
    success: successes / fresh.length,
    successInterval: wilson(successes, fresh.length),
    n: fresh.length,
    judge: judge ? "judge" : "probes",
    heads: probes.heads.length,
    seed,
    recipe: `${options.recipe ?? describe(prompts.length, options.prompts ? undefined : probes.trait)}, ${frames === undefined ? `${seconds ?? 5} s` : `${frames} frames`} of new music`,
    trials: trials.map(({ alpha, hits }) => {
      return { alpha, successes: hits.filter(Boolean).length, takes: hits.length };
    }),
  };
}

/** Prompts that the band plays where nobody brings any: other songs than a sweep's first. */
const own = { count: 32, seconds: 3, seed: 2 };

function bandPlays(trait: string, { signal }: CalibrateOptions) {
  if (instruments.includes(trait as Instrument))
    return bandPrompts({ trait: trait as Instrument, ...own, signal });
  throw new RangeError(
    `prompts: expected music without ${trait}, which the studio band does not play, found none`,
  );
}

function describe(count: number, trait: string | undefined): string {
  if (trait === undefined) return `${count} prompts`;
  return `${count} prompts of ${own.seconds} s without ${trait}, studio band, seed ${own.seed}`;
}

/** Whether the probes find the trait in the new music of takes, when they read it like any clip. */
async function heardByProbes(
  model: MusicGen,
  probes: ProbeSet,
  cells: CellResult[],
  signal?: AbortSignal,
): Promise<boolean[]> {
  const fresh = cells.map(({ tokens, promptFrames }) =>
    tokens.map((codes) => Int32Array.from(codes.slice(promptFrames))),
  );
  const read = await captureTokens(model, fresh, { signal });
  const { decisions } = probeJudgements(
    probes,
    { ...read, model: probes.model },
    { threshold: "calibrated" },
  );
  return Array.from(decisions, Boolean);
}
