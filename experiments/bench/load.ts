import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import { diskFolder } from "../../lib/disk/folder";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { currentEngine, startBackend, tf } from "../../lib/engine";
import { loadMusicGen } from "../../lib/loadMusicGen";
import "../../lib/native/engine";
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";
import { generateTokens } from "../../lib/model/generate/generate";
import type { TokenGrid } from "../../lib/model/generate/tokens";
import { floatBytes } from "../../lib/model/memoryLimit";
import type { MusicGen } from "../../lib/model/musicgen";
import type { ProbeSet } from "../../lib/probes/probe";
import { smitin } from "../../lib/steering/methods";
import { prefillPrompts } from "./decode";
import { machineFacts } from "./machine";
import { checkpointConfigs, type Kind, writeCheckpoint } from "./madeCheckpoint";
import { madeProbes } from "./madeProbes";
import { madeTokens } from "./madeTokens";

interface Options {
  kind: Kind;
  shards: number;
  backend?: string;
  quick?: boolean;
  rounds: number;
  out?: string;
  measure?: string;
}

/** What one engine took. Processor time says more than a clock's where the machine has other work. */
interface Measured {
  engine: string;
  /** Seconds. */
  load: number;
  /** Seconds of processor time, of all threads. */
  loadWork: number;
  /** Bytes at the peak of loading. */
  memory: number;
  /** Milliseconds a decode step, the fastest round's. */
  step: number;
  stepWork: number;
}

interface Ours extends Measured {
  /** By what name it was started. */
  backend: string;
  /** Bytes of the weights in single precision. */
  weights: number;
  /** Seconds of processor time for the fingerprint, a steered take of 50 frames, and its sound. */
  fingerprint: number;
  take: number;
  sound: number;
}

/** What both engines leave in the folder, to be compared. */
const results = ["logits", "states", "wave"];
const positions = 12;
const steps = 8;

/** `npm run bench -- load` */
export const loadProgram = new Command("load")
  .description(
    "A checkpoint of musicgen-small's full shape, made on the spot: load time, memory, decode steps and one steered take, beside PyTorch's where SMITIN_PYTHON is set.",
  )
  .addOption(
    new Option("--kind <dtype>", "of the weights' file").choices(["F32", "F16", "BF16"]).default("F16"),
  )
  .option("--shards <n>", "files that the weights are split into", Number, 2)
  .option("--rounds <n>", `rounds of ${steps} decode steps, of which the fastest counts`, Number, 5)
  .option("--backend <name>", "wasm, node, gpu or cpu (default: SMITIN_BACKEND, else wasm)")
  .option("--quick", "a model of no size, to see that it runs")
  .option(
    "--out <file>",
    "where what was measured goes (default: figures/load-<backend>.json, quick: nowhere)",
  )
  .addOption(new Option("--measure <folder>", "what the processes of this program do").hideHelp())
  .action(main);

async function main({ kind, shards, quick, measure, rounds, backend, out }: Options): Promise<void> {
  if (measure) return console.log(JSON.stringify(await measureOurs(measure, rounds, backend)));
  const folder = mkdtempSync(join(tmpdir(), "smitin-checkpoint-"));
  try {
    const name = quick ? "quick" : "musicgen-small";
    const bytes = writeCheckpoint(folder, checkpointConfigs[name], kind, shards);
    console.log(`${name}, random ${kind}, ${shards} file(s), ${gigabytes(bytes)}`);
    // Each engine has a process of its own, so that the peak of its memory is its own.
    const tsx = ["--import", "tsx", join(__dirname, "index.ts"), "load"];
    const words = [...tsx, "--measure", folder, "--rounds", String(rounds)];
    const ours = run<Ours>(process.execPath, backend ? [...words, "--backend", backend] : words);
    console.log(line(ours, ours.weights));
    console.log(
      `  processor time of the fingerprint ${ours.fingerprint.toFixed(1)} s, of a steered take of 50 frames ${ours.take.toFixed(1)} s, of its sound ${ours.sound.toFixed(1)} s`,
    );
    const reference = compare(folder, rounds, ours.weights);
    const file = out ?? (quick ? undefined : resolve(__dirname, `../../figures/load-${ours.backend}.json`));
    const found = { machine: machineFacts(), model: name, kind, shards, bytes, ours, ...reference };
    if (file) writeAtomically(file, `${JSON.stringify(found, null, 1)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same by PyTorch, and how far its results are from those that the lab left in the folder. */
function compare(folder: string, rounds: number, weights: number) {
  const python = process.env.SMITIN_PYTHON;
  if (!python) {
    console.log("no reference: SMITIN_PYTHON is not set");
    return { reference: null };
  }
  const mine = results.map((result) => readFloats(folder, result));
  const script = join(__dirname, "load.py");
  const reference = run<Measured>(python, [script, folder, String(rounds), String(steps)]);
  console.log(line(reference, weights));
  const differences = Object.fromEntries(
    results.map((result, i) => [result, difference(mine[i], readFloats(folder, result))]),
  );
  for (const [result, share] of Object.entries(differences))
    console.log(`  ${result}: largest difference ${share.toExponential(1)} of the largest value`);
  return { reference, differences };
}

async function measureOurs(folder: string, rounds: number, backend?: string): Promise<Ours> {
  const started = await startBackend(backend);
  tf.zeros([1]).dataSync();
  const [before, start, working] = [peak(), performance.now(), work()];
  const model = await loadMusicGen(folder);
  const { decoder, text, codec } = model;
  const loaded = {
    load: (performance.now() - start) / 1000,
    loadWork: work() - working,
    memory: peak() - before,
  };
  const grid = madeTokens(model, positions);
  runParts(folder, { decoder, text, codec }, grid);
  const times = measureSteps(decoder, rounds);
  const [fingerprint, hashing] = timed(() => model.fingerprint);
  const probes: ProbeSet = { ...madeProbes(decoder.config), model: { name: model.name, fingerprint } };
  const steer = smitin(probes, { alpha: 1, threshold: 0.5 });
  const taking = work();
  const [take] = await generateTokens(model, [{ prompt: grid, seed: 1, steer }], { frames: 50 });
  const took = work() - taking;
  const [pushed] = take.trace?.traits ?? [];
  if (!pushed?.strength.some((strength) => strength > 0)) throw new Error("the take was not steered");
  const [, sound] = timed(() => codec.decode([take.tokens]));
  const weights = floatBytes(openCheckpoint(diskFolder(folder)));
  return {
    backend: started,
    engine: currentEngine().name,
    ...loaded,
    ...times,
    weights,
    fingerprint: hashing,
    take: took,
    sound,
  };
}

/** Milliseconds a step, by the clock and of the processor: the fastest round's. */
function measureSteps(decoder: MusicGen["decoder"], rounds: number): Pick<Measured, "step" | "stepWork"> {
  const prompted = prefillPrompts(decoder, { rows: 1, positions });
  const times = Array.from({ length: rounds }, () => {
    const [step, seconds] = timed(() => prompted.decode(steps));
    return { step, stepWork: (1000 * seconds) / (steps + 1) };
  });
  prompted.dispose();
  return {
    step: Math.min(...times.map(({ step }) => step)),
    stepWork: Math.min(...times.map(({ stepWork }) => stepWork)),
  };
}

/** A result, and the seconds of processor time that it took. */
function timed<Result>(make: () => Result): [Result, number] {
  const start = work();
  const result = make();
  return [result, work() - start];
}

/** Each part once, its result left in the folder. */
function runParts(
  folder: string,
  { decoder, text, codec }: Pick<MusicGen, "decoder" | "text" | "codec">,
  grid: TokenGrid,
): void {
  const logits = decoder.prefill([grid], { logits: "last" }) as tf.Tensor4D; // [1, 1, codebooks, vocabulary]
  const ids = Array.from({ length: 8 }, (_, i) => i + 1);
  const states = text.encode({ ids: [ids], mask: [ids.map(() => 1)] }); // [1, 8, textHidden]
  const [wave] = codec.decode([grid]);
  const all = [logits.dataSync<"float32">(), states.dataSync<"float32">(), wave];
  for (const [i, values] of all.entries()) writeFileSync(join(folder, `${results[i]}.f32`), values);
  tf.dispose([logits, states]);
}

function run<Result>(command: string, words: string[]): Result {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout.trim().split("\n").pop() as string) as Result;
}

function line({ engine, load, loadWork, memory, step, stepWork }: Measured, weights: number): string {
  const share = (memory / weights).toFixed(2);
  const perSecond = (1000 / step).toFixed(1);
  return [
    `${engine}: loaded in ${load.toFixed(1)} s (${loadWork.toFixed(1)} s of processor time)`,
    `  at most ${gigabytes(memory)} of memory, ${share} x its ${gigabytes(weights)} in single precision`,
    `  ${step.toFixed(1)} ms a decode step (${stepWork.toFixed(1)} ms of processor time), ${perSecond} steps a second`,
  ].join("\n");
}

/** The largest difference, as a share of the largest value expected. */
function difference(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = (values: Float32Array) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest(found.map((value, i) => value - expected[i])) / largest(expected);
}

function readFloats(folder: string, name: string): Float32Array {
  const bytes = readFileSync(join(folder, `${name}.f32`));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The most memory this process ever had, in bytes. */
function peak(): number {
  return 1024 * process.resourceUsage().maxRSS;
}

/** Seconds of processor time that this process has used. */
function work(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
