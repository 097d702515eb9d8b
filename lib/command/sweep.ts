import { join } from "node:path";
import { loadProbes } from "../disk/probeFile";
import { runSweep } from "../disk/sweepFolder";
import type { Shard } from "../jobs/shard";
import { loadMusicGen } from "../loadMusicGen";
import type { Sampling } from "../model/generate/sampling";
import { distributeSweep } from "../queue/distribute";
import { withTaskQueue } from "../queue/redisQueue";
import type { Direction } from "../steering/estimator";
import { settingName } from "../sweep/cell";
import type { SweepOptions } from "../sweep/options";
import { type PlainSettings, settingsOptions, sweepRecipe } from "../sweep/recipe";
import type { SweepSummary } from "../sweep/summary";
import type { Sweep } from "../sweep/sweep";
import { encodePrompts } from "../sweep/sweepPrompt";
import { byWorkers } from "./byWorkers";
import { judgeOf } from "./judge";
import { bar, checkOutputs } from "./output";
import { gatherPrompts, type PromptWish } from "./prompts";
import { say } from "./say";

export interface SweepCommand extends PromptWish, Sampling {
  model?: string;
  probes: string;
  alpha: number[];
  topKHeads?: (number | "all")[];
  methods: ("iti" | "smitin")[];
  directions: Direction[];
  seeds: number[];
  seconds: number;
  frames?: number;
  guidance?: number;
  gate?: string;
  schedules?: string[];
  /** Its name; false for nobody. */
  judge?: string | false;
  rows?: number;
  shard?: Shard;
  queue?: string;
  out: string;
}

/** `smitin sweep`: steer in every way asked for, here, as one of several shards, or by workers. */
export async function sweep(options: SweepCommand): Promise<void> {
  const { queue, out } = options;
  checkOutputs(join(out, "cells.jsonl"));
  if (queue === undefined) return sweepHere(options);
  await withTaskQueue(queue, say, async (taskQueue) => {
    const { model, given, settings, judge } = await open(options);
    const recipe = sweepRecipe(model, options.model ?? "studio", given, settings, judge?.identity ?? null);
    const kept = `what is finished is kept in ${out}`;
    const sweep = await byWorkers(taskQueue, "cells", kept, ({ tick, ...told }) =>
      distributeSweep(model, recipe, taskQueue, { ...told, folder: out, onCell: tick }),
    );
    tell(out, sweep);
  });
}

async function sweepHere(options: SweepCommand): Promise<void> {
  const { shard, rows, out } = options;
  const { model, given, settings, judge } = await open(options);
  const cells = bar("cells");
  const { sweep, unfinished } = await runSweep(model, {
    ...{ ...given, ...settingsOptions(settings), judge: judge?.judge, rows, shard, folder: out },
    onProgress: cells,
  }).finally(cells.done);
  if (unfinished === 0) return tell(out, sweep);
  const all = sweep.cells.length + unfinished;
  process.stdout.write(
    `${out}: shard ${shard!.part}/${shard!.of} is finished, ${sweep.cells.length} of ${all} cells of the sweep are; the last shard merges them, or the same command without --shard\n`,
  );
}

/** What all ways of computing need. */
async function open(options: SweepCommand) {
  const { alpha, topKHeads, methods, directions, seeds, seconds, frames, guidance } = options;
  const { gate, schedules } = options;
  const { greedy, temperature, topK, topP } = options;
  const model = await loadMusicGen(options.model);
  const probes = loadProbes(options.probes, model);
  const prompts = encodePrompts(model, await gatherPrompts(options, probes.trait, model));
  const settings: PlainSettings = {
    ...{ alpha, topK: topKHeads, methods, directions, seeds, gate, schedules },
    ...(frames === undefined ? { seconds } : { frames }),
    sampling: { greedy, temperature, topK, topP, guidance },
  };
  const given: Pick<SweepOptions, "probes" | "prompts"> = { probes, prompts };
  return { model, given, settings, judge: await judgeOf(options.judge, probes.trait) };
}

function tell(out: string, { cells, summary }: Sweep): void {
  const lines = [`${join(out, "cells.jsonl")}: ${cells.length} cells, the whole sweep`];
  for (const line of summary) lines.push(`  ${settingName(line)}: ${describe(line)}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function describe({ n, success, interval, similarity, monitor }: SweepSummary): string {
  const parts = [`n ${n}`];
  if (success !== null)
    parts.push(`success ${success.toFixed(2)} [${interval!.map((x) => x.toFixed(2)).join(", ")}]`);
  if (similarity !== null) parts.push(`similarity ${similarity.toFixed(2)}`);
  if (monitor !== null) parts.push(`monitor ${monitor.toFixed(2)}`);
  return parts.join(", ");
}
