import { resolve } from "node:path";
import { Command } from "commander";
import { excerpt } from "../lib/audio/audio";
import { startBackend } from "../lib/backend";
import { writeAtomically } from "../lib/file";
import { loadJudge } from "../lib/judges/load";
import { isPresent, type PresenceJudge } from "../lib/judges/presence";
import { similarity } from "../lib/judges/similarity";
import { wilson } from "../lib/judges/statistics";
import { generateBatch, type Take } from "../lib/model/generate";
import type { Steer } from "../lib/model/intervention";
import { loadMusicGen } from "../lib/model/load";
import type { MusicGen } from "../lib/model/musicgen";
import { bandPairs, bandPrompts, type Prompt } from "../lib/music/pairs";
import { type Instrument, instruments } from "../lib/music/song";
import { captureHeads } from "../lib/probes/capture";
import { trainProbes } from "../lib/probes/train";
import { iti, smitin } from "../lib/steering/compose";

/** One way of continuing the prompts, and what became of them. */
export interface ContinuationRow {
  trait: string;
  method: "none" | "iti" | "smitin";
  alpha: number | null;
  topK: number | null;
  n: number;
  seed: number;
  /** Share of takes in which the judge hears the trait, with its 95 % Wilson interval. */
  success: number;
  low: number;
  high: number;
  /** Share of the prompt's own instruments that the judge still hears. */
  kept: number;
  /** Mean similarity to the prompt. */
  similarity: number;
}

export interface ContinuationOptions {
  trait: Instrument;
  prompts: number;
  pairs: number;
  seed: number;
  /** Which cells to try. */
  cells: { method: "none" | "iti" | "smitin"; alpha?: number; topK?: number }[];
}

/**
 * SMITIN's audio continuation (section IV): prompts of 3 s without an instrument, continued for 5 s; success is the
 * instrument present to a judge that never saw the probes.
 */
export async function continuation(
  model: MusicGen,
  judge: PresenceJudge,
  { trait, prompts: count, pairs: pairCount, seed, cells }: ContinuationOptions,
  onRow: (row: ContinuationRow) => void,
): Promise<ContinuationRow[]> {
  const pairs = await bandPairs({ trait, count: pairCount, seed });
  const probes = trainProbes(await captureHeads(model, pairs));
  const prompts = await bandPrompts({ trait, count, seed });
  const heard = prompts.map(({ audio }) => model.codec.decode(model.codec.encode([audio.samples]))[0]);
  const reference = heard.map((samples) => ({ samples, sampleRate: model.sampleRate }));
  const before = judge.hear(reference);
  const rows: ContinuationRow[] = [];
  for (const { method, alpha, topK } of cells) {
    const steer: Steer | undefined =
      method === "iti"
        ? iti(probes, { alpha, topK })
        : method === "smitin"
          ? smitin(probes, { alpha })
          : undefined;
    const takes = await continueAll(model, prompts, steer, seed);
    const clips = takes.map((take) => excerpt(take.audio, take.promptFrames / model.frameRate));
    const verdicts = judge.hear(clips);
    const hits = verdicts.filter((verdict) => isPresent(verdict, trait)).length;
    let own = 0;
    let kept = 0;
    verdicts.forEach((verdict, i) => {
      for (const who of prompts[i].players) {
        if (!isPresent(before[i], who)) continue;
        own++;
        if (isPresent(verdict, who)) kept++;
      }
    });
    const alike = similarity(clips, reference, reference);
    const [low, high] = wilson(hits, count);
    const row: ContinuationRow = {
      trait,
      method,
      alpha: alpha ?? null,
      topK: topK ?? null,
      n: count,
      seed,
      success: hits / count,
      low,
      high,
      kept: kept / own,
      similarity: alike.reduce((a, b) => a + b, 0) / count,
    };
    rows.push(row);
    onRow(row);
  }
  return rows;
}

async function continueAll(
  model: MusicGen,
  prompts: Prompt[],
  steer: Steer | undefined,
  seed: number,
): Promise<Take[]> {
  const takes: Take[] = [];
  const rows = 32;
  for (let i = 0; i < prompts.length; i += rows) {
    const some = prompts.slice(i, i + rows);
    const batch = some.map(({ audio }, j) => ({
      prompt: audio,
      seconds: 5,
      seed: seed * 100_000 + i + j,
      steer,
    }));
    takes.push(...(await generateBatch(model, batch)));
  }
  return takes;
}

async function main(): Promise<void> {
  const program = new Command("continuation")
    .option("--trait <names...>", "which instruments", [...instruments])
    .option("--prompts <n>", "prompts an instrument", Number, 100)
    .option("--pairs <n>", "pairs to train the probes on", Number, 400)
    .option("--seed <n>", "seed", Number, 1)
    .option("--alpha <numbers...>", "strengths", ["2", "5", "10"])
    .option("--out <file>", "where the rows go", resolve(__dirname, "../figures/continuation.json"))
    .parse();
  const { trait, prompts, pairs, seed, alpha, out } = program.opts();
  await startBackend();
  const [model, judge] = [await loadMusicGen(), await loadJudge()];
  const alphas = (alpha as string[]).map(Number);
  const cells: ContinuationOptions["cells"] = [
    { method: "none" },
    ...alphas.map((value) => ({ method: "iti" as const, alpha: value, topK: 16 })),
    ...alphas.map((value) => ({ method: "smitin" as const, alpha: value })),
  ];
  const all: ContinuationRow[] = [];
  for (const who of trait as Instrument[]) {
    all.push(
      ...(await continuation(model, judge, { trait: who, prompts, pairs, seed, cells }, (row) => {
        const share = (x: number) => x.toFixed(3);
        console.log(
          `${row.trait.padEnd(7)} ${row.method.padEnd(7)} alpha ${String(row.alpha ?? "-").padEnd(4)} success ${share(row.success)}` +
            ` [${share(row.low)}, ${share(row.high)}]  kept ${share(row.kept)}  similarity ${share(row.similarity)}  n ${row.n}`,
        );
      })),
    );
    writeAtomically(out, `${JSON.stringify(all, null, 1)}\n`);
  }
}

if (require.main === module) main();
