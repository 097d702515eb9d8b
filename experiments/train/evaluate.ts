import { join } from "node:path";
import { type Audio, excerpt } from "../../lib/audio/audio";
import { estimateTempo, pulse } from "../../lib/audio/tempo";
import { loadJudge } from "../../lib/disk/loadJudge";
import { packagePath } from "../../lib/disk/packageRoot";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { harmonyAgreement } from "../../lib/judges/harmony";
import { isPresent, type PresenceJudge } from "../../lib/judges/presence";
import { soundness } from "../../lib/judges/soundness";
import { tempoAgreement } from "../../lib/judges/tempo";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { bootstrap, mean, median, wilson } from "../../lib/math/statistics";
import { generateBatch, type RowOptions, type Take } from "../../lib/model/generate/generate";
import type { MusicGen } from "../../lib/model/musicgen";
import { mixStems } from "../../lib/music/band";
import { bandContinuation, bandPrompts, type Prompt } from "../../lib/music/pairs";
import { instruments } from "../../lib/music/song";
import { plainMix } from "./lineup";
import { natsOf } from "./nats";
import type { Profile } from "./profile";
import { mixedStems, songSeeds } from "./songs";

/** A share, mean or median, with its 95 % interval. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
  n: number;
}

/** One line of the evaluation. */
export interface Measured {
  /** What, in words. */
  what: string;
  model: Estimate;
  /** The band itself, through the model's codec; none where it has no say. */
  band?: Estimate;
}

export interface EvaluateOptions {
  /** Default: the bundled model. */
  from?: string;
  /** The folder of evaluation.json. Default: figures/model. */
  to?: string;
  /** Takes that continue prompts, and as many unprompted ones; a multiple of 4 is shared evenly. Default 200. */
  takes?: number;
  seed?: number;
}

const PROMPT = 3; // seconds
const WINDOW = 400; // frames that the training's losses are of
const BATCH = 32;

/**
 * How a model plays, in numbers that decide between two trainings: whether it keeps a prompt's tempo and harmony, adds nobody by itself,
 * falls silent, how many play at once and how steadily when nobody prompts it, and its nats a token on unseen songs. Shares have Wilson
 * intervals, means and medians bootstrap ones. Writes evaluation.json and prints a table.
 */
export async function evaluate({ decoder }: Profile, options: EvaluateOptions = {}): Promise<void> {
  const { to = packagePath("figures/model"), takes = 200, seed = 1 } = options;
  const model = await loadMusicGen(options.from);
  const measured = await evaluation(
    model,
    await loadJudge(),
    { takes, seed, songs: decoder.validation },
    (text) => console.log(text),
  );
  const about = { model: model.name, fingerprint: model.fingerprint, takes, seed, measured };
  writeAtomically(join(to, "evaluation.json"), `${JSON.stringify(about, null, 1)}\n`);
  console.log(evaluationTable(measured));
}

/**
 * @param wish songs: unseen ones, for nats and for the band beside unprompted takes; seconds: of new music after a prompt, and
 *   without one
 */
export async function evaluation(
  model: MusicGen,
  judge: PresenceJudge,
  {
    takes,
    seed,
    songs,
    seconds = { continued: 5, alone: 8 },
  }: { takes: number; seed: number; songs: number; seconds?: { continued: number; alone: number } },
  say: (text: string) => void = () => {},
): Promise<Measured[]> {
  const prompts = await promptsOf(takes, seed);
  say(`${prompts.length} prompts`);
  const continued = await play(
    model,
    prompts.map(({ audio }) => ({ prompt: audio })),
    { seconds: seconds.continued, seed },
  );
  say(`${continued.length} continuations`);
  const alone = await play(
    model,
    Array.from({ length: takes }, () => ({})),
    { seconds: seconds.alone, seed },
  );
  say(`${alone.length} unprompted takes`);
  const unseen: Audio[] = [];
  for (let i = 0; i < songs; i++) {
    const { sources, players } = plainMix(songSeeds.validation + i, 1);
    unseen.push({ samples: mixStems(await mixedStems(sources), players), sampleRate: model.sampleRate });
  }
  const heard = prompts.map(({ audio }) => throughCodec(model, audio));
  const added = continued.map(({ audio }) => excerpt(audio, PROMPT));
  const band: Audio[] = [];
  for (const prompt of prompts)
    band.push(throughCodec(model, await bandContinuation(prompt, seconds.continued)));
  const bandAlone = unseen.map((audio) => throughCodec(model, excerpt(audio, 0, seconds.alone)));
  return [
    ...continuations(judge, prompts, heard, added, band),
    ...silences(continued, alone),
    ...unprompted(
      judge,
      alone.map(({ audio }) => audio),
      bandAlone,
    ),
    ...nats(model, unseen),
  ];
}

function continuations(
  judge: PresenceJudge,
  prompts: Prompt[],
  heard: Audio[],
  added: Audio[],
  band: Audio[],
): Measured[] {
  const tempo = (clips: Audio[]) =>
    share(tempoAgreement(clips, heard).flatMap(({ agrees }) => (agrees === null ? [] : [agrees])));
  const harmony = (clips: Audio[]) => average(harmonyAgreement(clips, heard).flatMap((one) => one ?? []));
  const joins = judge.hear(added).map((verdict, i) => isPresent(verdict, prompts[i].trait));
  return [
    { what: "a prompt's tempo is kept", model: tempo(added), band: tempo(band) },
    {
      what: "harmony: correlation of pitch classes with the prompt's",
      model: harmony(added),
      band: harmony(band),
    },
    { what: "an instrument that the prompt lacks joins unasked", model: share(joins) },
  ];
}

function silences(continued: Take[], alone: Take[]): Measured[] {
  const isSilent = (take: Take) => soundness(take).longestSilence > 1;
  return [
    { what: "more than 1 s of silence in a continuation", model: share(continued.map(isSilent)) },
    { what: "more than 1 s of silence in an unprompted take", model: share(alone.map(isSilent)) },
  ];
}

function unprompted(judge: PresenceJudge, alone: Audio[], band: Audio[]): Measured[] {
  const players = (clips: Audio[]) =>
    judge.hear(clips).map((verdict) => instruments.filter((who) => isPresent(verdict, who)).length);
  const both = (what: string, estimate: (clips: Audio[]) => Estimate): Measured => {
    return { what: `unprompted: ${what}`, model: estimate(alone), band: estimate(band) };
  };
  return [
    both("at least two instruments", (clips) => share(players(clips).map((count) => count >= 2))),
    both("instruments, mean", (clips) => average(players(clips))),
    both("pulse, strongest autocorrelation of onsets from .24 to 1.2 s, median", (clips) =>
      middle(clips.map((clip) => pulse(clip))),
    ),
    both("strength of the tempo, median", (clips) =>
      middle(clips.map((clip) => estimateTempo(clip)?.strength ?? 0)),
    ),
  ];
}

function nats(model: MusicGen, unseen: Audio[]): Measured[] {
  const grids = unseen.map(({ samples }) => model.codec.encode([samples])[0]);
  const each = natsOf(model, grids, WINDOW);
  return Array.from({ length: model.codebooks }, (_, k) => {
    return { what: `nats a token, codebook ${k + 1}`, model: average(each.map((one) => one[k])) };
  });
}

/** Prompts that lack each instrument in turn, as evenly as can be; songs of other seeds than those of sweeps and calibrations. */
async function promptsOf(count: number, seed: number): Promise<Prompt[]> {
  const all: Prompt[] = [];
  for (const [i, trait] of instruments.entries()) {
    const own = Math.floor((count + instruments.length - 1 - i) / instruments.length);
    if (own > 0) all.push(...(await bandPrompts({ trait, count: own, seconds: PROMPT, seed: 100 + seed })));
  }
  return all;
}

async function play(
  model: MusicGen,
  rows: RowOptions[],
  { seconds, seed }: { seconds: number; seed: number },
): Promise<Take[]> {
  const takes: Take[] = [];
  const seeded = rows.map((row, i) => ({ ...row, seed: 1_000_003 * seed + i }));
  for (let start = 0; start < rows.length; start += BATCH)
    takes.push(...(await generateBatch(model, seeded.slice(start, start + BATCH), { seconds })));
  return takes;
}

function throughCodec({ codec, sampleRate }: MusicGen, { samples }: Audio): Audio {
  return { samples: codec.decode(codec.encode([samples]))[0].slice(0, samples.length), sampleRate };
}

function share(hits: boolean[]): Estimate {
  if (hits.length === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 };
  const count = hits.filter(Boolean).length;
  const [low, high] = wilson(count, hits.length);
  return { value: count / hits.length, low, high, n: hits.length };
}

function average(values: number[]): Estimate {
  return { ...bootstrap(values, { statistic: mean }), n: values.length };
}

function middle(values: number[]): Estimate {
  return { ...bootstrap(values, { statistic: median }), n: values.length };
}

/** A line a measure. */
export function evaluationTable(measured: Measured[]): string {
  const shown = ({ value, low, high, n }: Estimate) =>
    `${value.toFixed(2)} (${low.toFixed(2)} - ${high.toFixed(2)}), n ${n}`;
  const lines = measured.map(
    ({ what, model, band }) => `| ${what} | ${shown(model)} | ${band ? shown(band) : ""} |`,
  );
  return ["| | model, 95 % interval | the band, through the codec |", "| --- | --- | --- |", ...lines].join(
    "\n",
  );
}
