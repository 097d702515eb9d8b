import type { Audio } from "../audio/audio";
import { pauser } from "../jobs/interruption";
import type { OnProgress } from "../jobs/progress";
import type { Verdict } from "../judges/presence";
import { hashOf } from "../math/hash";
import { generateTokens } from "../model/generate/generate";
import type { MusicGen } from "../model/musicgen";
import { encodeProbes } from "../probes/format";
import { type ProbeSet, withoutCalibration } from "../probes/probe";
import { rowLimit, split } from "./batches";
import type { CellResult } from "./cell";
import { type PlannedCell, planCells } from "./grid";
import { createMeasure, type Measure, soundOf } from "./measure";
import { modelFiles } from "./modelFiles";
import { type Checked, checkOptions, type SweepOptions } from "./options";
import { plainSettings } from "./settings";
import type { Identity } from "./store";
import { meanOf } from "./summary";
import { type EncodedPrompt, encodePrompts } from "./sweepPrompt";

/** A finished cell, and the sound of its take, the prompt's included. */
export interface ComputedCell {
  result: CellResult;
  audio: Audio;
  /** What the judge, if there is one, heard in its new music. */
  verdict?: Verdict;
}

/** A sweep whose options are possible: its cells, and how they are computed. */
export interface ReadySweep {
  /** All of them, in the order of `planCells`. */
  cells: PlannedCell[];
  /** What all cells of a folder have in common. */
  identity: Identity;
  /** For those who read the folder. */
  about: Record<string, unknown>;
  /** Say what is impossible about these cells, before anything is decoded. @throws Error naming setting, judge or prompt */
  check(cells: PlannedCell[]): Promise<void>;
  /** Cells as batches that have room. */
  batches(cells: PlannedCell[]): PlannedCell[][];
  /** Decode a batch, then finish its cells one by one. @param onProgress called after every position */
  compute(batch: PlannedCell[], onProgress?: OnProgress): AsyncGenerator<ComputedCell, void, undefined>;
}

/** Check a sweep's options and encode its prompts. @throws RangeError or Error on impossible options */
export function prepareSweep(model: MusicGen, options: SweepOptions): ReadySweep {
  const { probes, judge, reference, signal } = options;
  const checked = checkOptions(model, options);
  const prompts = encodePrompts(model, options.prompts);
  let measure: Promise<Measure> | undefined;
  const openMeasure = () => {
    measure ??= createMeasure(model, prompts, {
      trait: probes.trait,
      frames: checked.frames,
      judge,
      reference,
      signal,
    });
    return measure;
  };
  return {
    cells: planCells(model, options, checked, prompts),
    identity: identify(model, options, checked, prompts),
    about: describe(model, probes, checked, prompts),
    async check(cells) {
      for (const planned of cells) planned.steer();
      await openMeasure();
    },
    batches: (cells) => split(cells, (cell) => rowsOf(model, cell, checked, options)),
    async *compute(batch, onProgress) {
      yield* run(model, batch, checked, await openMeasure(), onProgress, signal);
    },
  };
}

async function* run(
  model: MusicGen,
  batch: PlannedCell[],
  { frames, sampling }: Checked,
  measure: Measure,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): AsyncGenerator<ComputedCell, void, undefined> {
  const takes = await generateTokens(
    model,
    batch.map(({ cell, prompt: { tokens: prompt, text }, steer }) => {
      return { ...sampling, prompt, text, seed: cell.takeSeed, steer: steer() };
    }),
    { frames, signal, onProgress },
  );
  const pause = pauser(signal);
  for (const [i, { key, cell, prompt }] of batch.entries()) {
    await pause();
    const { tokens, trace, promptFrames } = takes[i];
    const audio = soundOf(model, tokens);
    const own = trace?.traits[0];
    const { measures, verdict } = await measure(prompt, audio);
    const result = {
      key,
      cell,
      ...measures,
      monitor: meanOf(own?.monitor ?? []),
      strength: meanOf(own?.strength ?? []),
      promptFrames,
      tokens: tokens.map((codes) => Array.from(codes)),
    };
    yield { result, audio, verdict };
  }
}

function rowsOf(
  model: MusicGen,
  { prompt }: PlannedCell,
  { frames, sampling }: Checked,
  { rows, memory }: SweepOptions,
): number {
  const isGuided = prompt.text !== undefined && sampling.guidance !== 1;
  return rows ?? rowLimit(model, { promptFrames: prompt.tokens[0].length, frames, isGuided }, memory);
}

function identify(
  model: MusicGen,
  { probes, judge, reference }: SweepOptions,
  { frames, sampling }: Checked,
  prompts: EncodedPrompt[],
): Identity {
  return {
    model: model.fingerprint,
    trait: probes.trait,
    probes: hashOf(encodeProbes(withoutCalibration(probes))),
    frames,
    sampling,
    ...modelFiles(model, sampling),
    judge: judge ? { traits: judge.traits, fingerprint: judge.fingerprint } : null,
    reference: reference
      ? `clips ${hashOf(...reference.flatMap(({ samples, sampleRate }) => [samples, `${sampleRate} Hz`]))}`
      : `the prompts ${hashOf(...prompts.map(({ hash }) => hash))}`,
  };
}

function describe(
  model: MusicGen,
  probes: ProbeSet,
  { alpha, topK, methods, directions, schedules, seeds }: Checked,
  prompts: EncodedPrompt[],
): Record<string, unknown> {
  return {
    modelName: model.name,
    alpha,
    topK: topK ?? null,
    methods: methods.map(({ name, settings }) => ({ name, settings: plainSettings(settings, probes) })),
    directions,
    schedules: schedules.map(([name]) => name),
    seeds,
    prompts: prompts.map(({ id, hash, text }) => ({ id, hash, text })),
  };
}
