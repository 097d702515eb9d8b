import type { Audio } from "../audio/audio";
import { tf } from "../backend";
import { generateTokens } from "../model/generate";
import type { MusicGen } from "../model/musicgen";
import { encodeProbes } from "../probes/format";
import { steerRows } from "../steering/compose";
import { rowLimit, split } from "./batches";
import type { CellResult } from "./cell";
import { type PlannedCell, planCells } from "./grid";
import { hashOf } from "./key";
import { createMeasure, type Measure } from "./measure";
import { type Checked, checkOptions, type SweepOptions } from "./options";
import { reporter } from "./progress";
import { type ReadPrompt, readPrompts } from "./prompt";
import { type Identity, openStore, readCells } from "./store";
import { meanOf, type SweepSummary, summarise } from "./summary";

/** A finished sweep. Plain data. */
export interface Sweep {
  trait: string;
  cells: CellResult[];
  summary: SweepSummary[];
}

/**
 * Steer in every way asked for: methods x directions x schedules x K x alpha, on every prompt and seed, and once
 * without steering. Cells are the rows of few large batches, each with a plan of its own; a prompt is encoded once and,
 * in a batch, read once for all its rows.
 *
 * With a folder every finished cell is a line of cells.jsonl at once: a sweep that was killed goes on where it stopped,
 * a finished one decodes nothing, and one with more alphas, K, methods, directions, schedules or seeds computes what is
 * new (more prompts too, when similarity has a `reference` of its own). On the wasm engine a cell's tokens are the same
 * bit for bit whatever the batches, and so is the file; on others a sum may differ in its last bit between batches of
 * different sizes, and then, rarely, a token.
 * @throws RangeError or Error on impossible options, before anything is decoded; Error when the folder holds another
 *   sweep; the signal's reason
 */
export async function sweepSteering(model: MusicGen, options: SweepOptions): Promise<Sweep> {
  const { probes, folder, signal, judge, reference } = options;
  const checked = checkOptions(model, options);
  const prompts = readPrompts(model, options.prompts);
  const cells = planCells(model, options, checked, prompts);
  const store = folder
    ? openStore(folder, identify(model, options, checked, prompts), describe(model, checked, prompts))
    : undefined;
  const results = new Map(store?.finished);
  const missing = cells.filter(({ key }) => !results.has(key));
  if (missing.length > 0) {
    for (const planned of missing) planned.steer(); // what is impossible is said before anything is decoded
    const { frames } = checked;
    const measure = await createMeasure(model, prompts, { trait: probes.trait, frames, judge, reference });
    const report = reporter(cells.length, missing.length, options);
    for (const batch of split(missing, (cell) => rowsOf(model, cell, checked, options))) {
      for await (const result of run(model, batch, checked, measure, report.within(batch.length), signal)) {
        store?.append(result);
        results.set(result.key, result);
        options.onCell?.(result);
        report.cell();
      }
    }
  }
  const found = cells.map(({ key, cell }) => ({ ...results.get(key)!, cell }));
  return { trait: probes.trait, cells: found, summary: summarise(found) };
}

/**
 * A sweep's folder as it is, finished or not, without model or probes.
 * @throws Error when there is no sweep, or a line of it is no cell's
 */
export function readSweep(folder: string): Sweep {
  const { trait, cells } = readCells(folder);
  return { trait, cells, summary: summarise(cells) };
}

/** The sound of a cell's take, the prompt's included. */
export function cellAudio({ codec, sampleRate }: MusicGen, { tokens }: CellResult): Audio {
  const grid = tokens.map((codes) => Int32Array.from(codes));
  return { samples: codec.decode([grid])[0], sampleRate };
}

/** Decode a batch, then finish its cells one by one. */
async function* run(
  model: MusicGen,
  batch: PlannedCell[],
  { frames, sampling }: Checked,
  measure: Measure,
  onProgress: (step: number, steps: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<CellResult> {
  const steer = steerRows(batch.map((planned) => planned.steer()));
  const takes = await generateTokens(
    model,
    batch.map(({ cell, prompt: { tokens: prompt, text } }) => {
      return { ...sampling, prompt, text, frames, seed: cell.takeSeed, steer, signal, onProgress };
    }),
  );
  for (const [i, { key, cell, prompt }] of batch.entries()) {
    signal?.throwIfAborted();
    const { tokens, trace, promptFrames } = takes[i];
    yield {
      key,
      cell,
      ...(await measure(prompt, tokens)),
      monitor: meanOf(trace?.monitor ?? []),
      strength: meanOf(trace?.strength ?? []),
      promptFrames,
      tokens: tokens.map((codes) => Array.from(codes)),
    };
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

/** What all cells of a folder have in common. */
function identify(
  model: MusicGen,
  { probes, judge, reference }: SweepOptions,
  { frames, sampling }: Checked,
  prompts: ReadPrompt[],
): Identity {
  return {
    model: model.fingerprint,
    trait: probes.trait,
    probes: hashOf(encodeProbes(probes)),
    frames,
    sampling,
    judge: judge ? { traits: judge.traits, fingerprint: judge.fingerprint } : null,
    reference: reference
      ? `clips ${hashOf(...reference.flatMap(({ samples, sampleRate }) => [samples, `${sampleRate} Hz`]))}`
      : `the prompts ${hashOf(...prompts.map(({ hash }) => hash))}`,
  };
}

/** For those who read the folder. */
function describe(
  model: MusicGen,
  { alpha, topK, methods, directions, schedules, seeds }: Checked,
  prompts: ReadPrompt[],
): Record<string, unknown> {
  return {
    modelName: model.name,
    engine: tf.getBackend(),
    alpha,
    topK: topK ?? null,
    methods: methods.map(({ name, settings }) => ({ name, settings })),
    directions,
    schedules: schedules.map(([name]) => name),
    seeds,
    prompts: prompts.map(({ id, hash, text }) => ({ id, hash, text })),
  };
}
