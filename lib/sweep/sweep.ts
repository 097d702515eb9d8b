import type { Audio } from "../audio/audio";
import { currentEngine } from "../engine";
import { checkShard, shareOf } from "../jobs/shard";
import type { MusicGen } from "../model/musicgen";
import type { CellResult } from "./cell";
import { soundOf } from "./measure";
import type { SweepOptions } from "./options";
import { prepareSweep } from "./prepare";
import { reporter } from "./progress";
import { type SweepSummary, summarise } from "./summary";

/** A sweep and its finished cells. Plain data. */
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
 * With a store every finished cell is kept at once: a sweep that was stopped goes on where it was, a finished one decodes
 * nothing, and one with more alphas, K, methods, directions, schedules or seeds computes what is new (more prompts too, when
 * similarity has a `reference` of its own). On the wasm engine a cell's tokens are the same bit for bit whatever the batches;
 * on others a sum may differ in its last bit between batches of different sizes, and then, rarely, a token.
 *
 * With a shard, this process computes its part of the cells, to a part of its own in the store, and returns what is finished
 * so far; whoever finds all cells there merges them.
 * @throws RangeError or Error on impossible options, before anything is decoded; Error when the store holds another
 *   sweep, or cells are missing in it and the others were made on another engine; the signal's reason
 */
export async function sweepSteering(model: MusicGen, options: SweepOptions): Promise<Sweep> {
  return (await runSweep(model, options)).sweep;
}

/** `sweepSteering`, and how many cells of the whole sweep nobody has finished yet: none without a shard. */
export async function runSweep(
  model: MusicGen,
  options: SweepOptions,
): Promise<{ sweep: Sweep; unfinished: number }> {
  const { shard } = options;
  if (shard) checkShard(shard);
  if (shard && !options.store) throw new RangeError("shard: expected a folder with it, found none");
  const ready = prepareSweep(model, options);
  const part = shard && `${shard.part}-of-${shard.of}`;
  const store = options.store?.(ready.identity, ready.about, part);
  const results = new Map(store?.finished);
  const mine = shard ? shareOf(ready.cells, shard) : ready.cells;
  const missing = mine.filter(({ key }) => !results.has(key));
  if (missing.length > 0) {
    store?.begin(currentEngine().name);
    await ready.check(missing);
    const report = reporter(mine.length, missing.length, options);
    for (const batch of ready.batches(missing)) {
      for await (const { result, audio, verdict } of ready.compute(batch, report.within(batch.length))) {
        store?.append(result);
        results.set(result.key, result);
        await options.onCell?.(result, audio, verdict);
        report.cell();
      }
    }
  }
  return finishedSweep(options.probes.trait, ready.cells, store?.settle(ready.cells) ?? results);
}

/** The finished ones of a sweep's cells, under the names that they have now. */
export function finishedSweep(
  trait: string,
  planned: Pick<CellResult, "key" | "cell">[],
  finished: Map<string, CellResult>,
): { sweep: Sweep; unfinished: number } {
  const cells = planned.flatMap(({ key, cell }) => {
    const result = finished.get(key);
    return result ? { ...result, cell } : [];
  });
  return {
    sweep: { trait, cells, summary: summarise(cells) },
    unfinished: planned.length - cells.length,
  };
}

/** The sound of a cell's take, the prompt's included. */
export function cellAudio(model: MusicGen, { tokens }: CellResult): Audio {
  return soundOf(
    model,
    tokens.map((codes) => Int32Array.from(codes)),
  );
}
