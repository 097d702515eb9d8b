import { resolve } from "node:path";
import { Command, Option } from "commander";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { currentEngine, startBackend } from "../../lib/engine";
import { loadMusicGen } from "../../lib/loadMusicGen";
import "../../lib/native/engine";
import { createDecoder, type Decoder } from "../../lib/model/decoder/decoder";
import { benchCapture } from "./capture";
import { benchCodec } from "./codec";
import { benchDecode } from "./decode";
import { loadProgram } from "./load";
import { machineFacts } from "./machine";
import { benchProbes } from "./probes";
import { decoderShapes, randomWeights } from "./randomDecoder";
import { snakeCase, startReference } from "./reference";
import { type Bench, type BenchRow, prepare } from "./row";
import { benchSweep } from "./sweep";
import { aims, header, tableLine } from "./table";

const parts = ["decode", "capture", "probes", "codec", "sweep"] as const;

const models = ["bundled", "musicgen-small"] as const;

const bundledCodec = "its LSTM is zero: left out here, computed by PyTorch";

interface Options {
  only: (typeof parts)[number][];
  on: (typeof models)[number][];
  backend?: string;
  model?: string;
  quick?: boolean;
  full?: boolean;
  seconds: number;
  reference: boolean;
  out?: string;
}

const program = new Command("bench")
  .enablePositionalOptions() // the command's options are not the program's of the same names
  .description("How fast the lab is, beside PyTorch's transformers and scikit-learn where Python has them.")
  .addOption(new Option("--only <parts...>", "some parts only").choices(parts).default([...parts], "all"))
  .addOption(
    new Option("--on <models...>", "the bundled model, or random weights of musicgen-small's shape")
      .choices(models)
      .default([...models], "both"),
  )
  .option("--backend <name>", "wasm, node, gpu or cpu (default: SMITIN_BACKEND, else wasm)")
  .option("--model <folder>", "measured in the bundled model's place")
  .option("--quick", "few and small, to see that it runs")
  .option("--full", "nothing extrapolated: all 1,536 heads, all 64 clips, prompts of their own")
  .option("--seconds <n>", "time for each comparison", Number, 8)
  .option("--no-reference", "without Python")
  .option(
    "--out <file>",
    "where the rows go (default: figures/bench-<backend>.json for a whole run, nowhere for others)",
  )
  .action(main)
  .addCommand(loadProgram);

/** Run the parts asked for, print and write a row as soon as it is known. */
async function main(options: Options): Promise<void> {
  const { only, on, quick: isQuick = false, full: isFull = false } = options;
  const backend = await startBackend(options.backend);
  const { name: engine } = currentEngine();
  const reference = options.reference ? await startReference() : "not asked for";
  const rows: BenchRow[] = [];
  const rounds = isQuick ? { seconds: 0, least: 1 } : { seconds: options.seconds, least: 2 };
  const machine = {
    ...machineFacts(),
    engine,
    python: typeof reference === "string" ? reference : reference.facts,
  };
  const isWhole = parts.every((part) => only.includes(part)) && models.every((model) => on.includes(model));
  const out =
    options.out ??
    (isWhole && !isQuick ? resolve(__dirname, `../../figures/bench-${backend}.json`) : undefined);
  const found = () => (isQuick ? [] : aims(rows));
  const save = (finished: boolean) => {
    if (out) writeAtomically(out, `${JSON.stringify({ machine, finished, aims: found(), rows }, null, 1)}\n`);
  };
  const emit = (row: BenchRow) => {
    rows.push(row);
    console.log(tableLine(row));
    save(false);
  };
  const bench: Bench = { engine, reference, rounds, isQuick, isFull, emit };
  console.log(JSON.stringify(machine));
  if (machine.load > 0.5)
    console.log(`The machine has other work (load ${machine.load.toFixed(1)}): read with care.`);
  console.log(header());
  try {
    if (only.includes("probes")) await benchProbes(bench);
    await benchModels(bench, options);
  } finally {
    if (typeof reference !== "string") reference.close();
  }
  for (const text of found()) console.log(text);
  save(true);
}

/** The parts that need a model. */
async function benchModels(bench: Bench, { only, on, model: name }: Options): Promise<void> {
  const isDecoding = only.includes("decode") || only.includes("capture") || only.includes("sweep");
  if (on.includes("bundled") && (isDecoding || only.includes("codec"))) {
    const model = await loadMusicGen(name);
    if (isDecoding) await benchDecoder(bench, only, model.decoder);
    if (only.includes("codec")) await benchCodec(bench, model.codec, name ? undefined : bundledCodec);
    model.dispose();
  }
  if (on.includes("musicgen-small") && isDecoding) {
    const config = decoderShapes[bench.isQuick ? "2 x 32" : "24 x 1024"];
    const decoder = createDecoder(randomWeights(config), config);
    await benchDecoder(bench, only, decoder);
    decoder.dispose();
  }
}

async function benchDecoder(bench: Bench, only: Options["only"], decoder: Decoder): Promise<void> {
  const { config } = decoder;
  const shape = `${config.numHiddenLayers} x ${config.hiddenSize}`;
  await prepare(bench, "Decoder", { config: snakeCase(config) });
  if (only.includes("decode")) await benchDecode(bench, decoder, shape);
  if (only.includes("capture")) await benchCapture(bench, decoder, shape);
  // On a large model a sweep takes many minutes.
  if (only.includes("sweep") && (bench.isFull || bench.isQuick || config.hiddenSize <= 512))
    await benchSweep(bench, decoder, shape);
}

program.parseAsync().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
