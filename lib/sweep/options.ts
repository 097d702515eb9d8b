import type { Audio } from "../audio/audio";
import type { OnProgress } from "../jobs/progress";
import type { Shard } from "../jobs/shard";
import type { Verdict } from "../judges/presence";
import { newFrames } from "../model/generate/generate";
import { checkSampling, type Sampling } from "../model/generate/sampling";
import type { MusicGen } from "../model/musicgen";
import type { HeadActivations } from "../probes/activations";
import { headCount, type ProbeSet } from "../probes/probe";
import type { Direction } from "../steering/estimator";
import { checkAlpha } from "../steering/plan";
import type { Schedule } from "../steering/schedule";
import { asSchedule } from "../steering/schedules";
import type { CellResult } from "./cell";
import type { SweepJudge } from "./measure";
import { itiMethod, type SweepMethod, smitinMethod } from "./method";
import type { OpenSweepStore } from "./store";
import type { SweepPrompt } from "./sweepPrompt";

export interface SweepOptions {
  /** Sounds, tokens or texts, as many as are to be continued; those of `bandPrompts` too. */
  prompts: SweepPrompt[];
  probes: ProbeSet;
  /** Strengths, in standard deviations. 0 is the reference, which is always there. */
  alpha: number[];
  /** Numbers of heads, for every method. Default: each method's own, ITI's 16 (or all when there are fewer), SMITIN's all. */
  topK?: (number | "all")[];
  /** Default: both. */
  methods?: ("iti" | "smitin" | SweepMethod)[];
  /** Default: the probes' own, "probe". */
  directions?: Direction[];
  /**
   * By name; undefined is the method's own. In words ("every(5) * fadeIn(2)") they are their own names, "own" the method's.
   * Default: that alone.
   */
  schedules?: Record<string, Schedule | string | undefined> | string[];
  /** Default: 0. */
  seeds?: number[];
  /** New music after the prompt, in seconds (default 5) or, more exactly, in frames. */
  seconds?: number;
  frames?: number;
  sampling?: Sampling & { guidance?: number };
  /** Decides about success: the bundled one (`loadJudge`) or another. Default: nobody does. */
  judge?: SweepJudge;
  /** What similarity is centred on. Default: the prompts. */
  reference?: Audio[];
  /** Clips, for directions that need them. */
  activations?: HeadActivations;
  /** Where finished cells are kept, so that a sweep that was stopped goes on where it was. Default: nowhere. */
  store?: OpenSweepStore;
  /** Compute one of several parts only, beside other processes that share the store. Default: all. */
  shard?: Shard;
  /** Rows of a batch. Default: as many as fit into `memory`, but no more than 64. */
  rows?: number;
  /** For the rows of a batch, in bytes. Default: 1 GiB. */
  memory?: number;
  /**
   * Called with every cell that was computed now, the sound of its take, the prompt's included, and what the judge heard in the
   * new music; waited for.
   */
  onCell?(result: CellResult, audio: Audio, verdict?: Verdict): void | Promise<void>;
  /** Called after every position, with cells: while a batch is decoded, a fraction of its cells counts as done. */
  onProgress?: OnProgress<SweepProgress>;
  /** Stops the sweep, which then throws the signal's reason; finished cells stay in the store. */
  signal?: AbortSignal;
}

/** What else there is to say of how far a sweep has come. */
export interface SweepProgress {
  /** Cells that an earlier run had finished; they count as done. */
  restored: number;
  /** Since this run started. */
  seconds: number;
  /** Until the end, at this run's pace; null before anything is known. */
  secondsLeft: number | null;
}

/** A sweep's options, every one of them there and possible. */
export interface Checked {
  alpha: number[];
  /** Undefined: each method's own. */
  topK?: (number | "all")[];
  methods: SweepMethod[];
  directions: Direction[];
  schedules: [name: string, schedule: Schedule | undefined][];
  seeds: number[];
  frames: number;
  sampling: Sampling & { guidance?: number };
}

/**
 * Check what can be checked before anything is computed.
 * @throws RangeError or Error naming the option, what was expected and what was found
 */
export function checkOptions(model: MusicGen, options: SweepOptions): Checked {
  const { probes, sampling = {}, rows, memory } = options;
  checkProbes(model, probes);
  checkSampling(sampling);
  const frames = newFrames(model, options);
  if (rows !== undefined && !(Number.isInteger(rows) && rows > 0))
    throw new RangeError(`rows: expected a positive integer, found ${rows}`);
  if (memory !== undefined && !(memory > 0))
    throw new RangeError(`memory: expected a positive number of bytes, found ${memory}`);
  const topK = options.topK && list("topK", options.topK);
  for (const k of topK ?? []) headCount(k, probes.heads.length, "topK");
  const alpha = list("alpha", options.alpha);
  for (const value of alpha) checkAlpha(value);
  const seeds = list("seeds", options.seeds ?? [0]);
  for (const seed of seeds)
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seeds: expected integers, found ${seed}`);
  const methods = list<string | SweepMethod>("methods", options.methods ?? ["iti", "smitin"]).map(methodOf);
  list("methods", ["none", ...methods.map(({ name }) => name)]); // "none" is the reference's
  const schedules = namedSchedules(options.schedules ?? ["own"]);
  list("schedules", schedules);
  const directions = list<Direction>("directions", options.directions ?? ["probe"]);
  return { alpha, topK, methods, directions, schedules, seeds, frames, sampling };
}

function checkProbes(model: MusicGen, probes: ProbeSet): void {
  if (probes.model.fingerprint === model.fingerprint) return;
  throw new Error(
    `probes: expected those of model ${model.name}, fingerprint ${model.fingerprint}, found those of ${probes.model.name}, fingerprint ${probes.model.fingerprint}`,
  );
}

function namedSchedules(asked: NonNullable<SweepOptions["schedules"]>): Checked["schedules"] {
  const named = Array.isArray(asked)
    ? list("schedules", asked).map((words) => [words, words === "own" ? undefined : words] as const)
    : Object.entries(asked);
  return named.map(([name, schedule]) => [name, schedule === undefined ? undefined : asSchedule(schedule)]);
}

function methodOf(method: string | SweepMethod): SweepMethod {
  if (method === "iti") return itiMethod();
  if (method === "smitin") return smitinMethod();
  if (typeof method === "string")
    throw new RangeError(`methods: expected "iti", "smitin" or a method, found "${method}"`);
  return method;
}

/** A list that holds something, and nothing twice. */
function list<Item>(name: string, items: Item[]): Item[] {
  if (!Array.isArray(items) || items.length === 0)
    throw new RangeError(`${name}: expected at least one, found ${Array.isArray(items) ? "none" : items}`);
  const twice = items.find((item, i) => items.findIndex((other) => Object.is(other, item)) < i);
  if (twice !== undefined) throw new RangeError(`${name}: expected each once, found ${twice} twice`);
  return items;
}
