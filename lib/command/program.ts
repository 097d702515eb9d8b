import { Command, Option } from "commander";
import { version } from "../../package.json";
import { integerOption, numberOption } from "../flags/flags";
import { describeDataSets } from "../music/dataSets";
import { addRender, addRun } from "./notebookProgram";
import { headsOption, modelOption, shardOption } from "./options";
import { report } from "./report";
import { alphaOption, defaultHeads, gateOption, scheduleOption } from "./steeringOptions";
import { addCalibrate, addSweep, addWorker } from "./sweepProgram";

/**
 * All verbs with their flags. What a verb does stands in a file of its own name, which is read when the verb runs: help
 * and mistakes in flags need no TensorFlow.js.
 */
export function program(): Command {
  const smitin = new Command("smitin")
    .description("Look inside MusicGen and steer it while it plays (SMITIN, arXiv 2404.02252).")
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text) => report(text.replace(/^error: /, "")) })
    .addHelpText(
      "after",
      "\nSMITIN_BACKEND=wasm|node|gpu chooses the engine (default wasm). DEBUG=smitin shows where an error came from.",
    );
  addDoctor(smitin);
  addEncode(smitin);
  addDecode(smitin);
  addCapture(smitin);
  addProbe(smitin);
  addGenerate(smitin);
  addExport(smitin);
  addCalibrate(smitin);
  addSweep(smitin);
  addWorker(smitin);
  addRun(smitin);
  addRender(smitin);
  addKernel(smitin);
  addNative(smitin);
  return smitin;
}

const floats = "samples as 32-bit floats (default: as 16-bit integers, unless these would clip)";
const codes = '{"codes": [[...frames] per codebook]}';

function addDoctor(smitin: Command): void {
  smitin
    .command("doctor")
    .description(
      "what the lab has here, what is missing, and how to get it; fails when npm start could not run",
    )
    .option("--json", "as JSON")
    .action((options) => (require("./doctor") as typeof import("./doctor")).doctor(options));
}

function addEncode(smitin: Command): void {
  addModel(smitin.command("encode"))
    .description(
      "sound to codes: a WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus file, of any sample rate, through the model's codec",
    )
    .requiredOption("--audio <file>", "the sound")
    .requiredOption("--out <json>", `where the codes go: ${codes}`)
    .action((options) => (require("./encode") as typeof import("./encode")).encode(options));
}

function addDecode(smitin: Command): void {
  addModel(smitin.command("decode"))
    .description("codes to sound: a WAV file at the model's sample rate")
    .requiredOption("--codes <json>", `${codes}, all codebooks or the first few`)
    .requiredOption("--out <wav>", "where the sound goes")
    .option("--float", floats)
    .action((options) => (require("./decode") as typeof import("./decode")).decode(options));
}

function addCapture(smitin: Command): void {
  addModel(smitin.command("capture"))
    .summary("z of every head while the decoder reads codes")
    .description(
      "z of every head while the decoder reads codes as they are: no delay shift, no text. The padding code (the\n" +
        "vocabulary's size) may stand among them, so that a delayed sequence can be fed too.",
    )
    .requiredOption("--codes <json>", codes)
    .requiredOption(
      "--out <safetensors>",
      "where the tensor z goes: [layers, heads, headDim] at the last step",
    )
    .option("--all-steps", "z at every step: [layers, steps, heads, headDim]")
    .option("--logits", "the tensor logits too: [codebooks, steps, vocabulary]")
    .action((options) => (require("./capture") as typeof import("./capture")).capture(options));
}

function addProbe(smitin: Command): void {
  addModel(smitin.command("probe"))
    .summary("train a probe of every head on a data set")
    .description(
      "train a probe of every head on pairs of clips with and without a trait, or on clips with the value of a\n" +
        "continuous one (tempo, brightness, loudness: ridge regressions). What the heads made of the clips is kept in\n" +
        "the folder of caches; a run that was killed goes on where it was.",
    )
    .addOption(
      new Option("--data <name>", `studio (the studio band), ${describeDataSets()}`).default("studio"),
    )
    .requiredOption(
      "--trait <name>",
      "a stem's name, such as drums; tempo, brightness or loudness; any word for pairs",
    )
    .addOption(
      integerOption("--pairs <n>", "how many pairs, or clips of a continuous trait, at most", 1).default(400),
    )
    .addOption(numberOption("--seconds <s>", "length of a clip").default(3))
    .addOption(
      new Option(
        "--split <side>",
        "of the songs, no artist on both sides (default: train where the data set has a split, else all)",
      ).choices(["train", "test", "all"]),
    )
    .addOption(
      new Option("--level <how>", "matched: the clip without the trait is made as loud as the one with it")
        .choices(["mixed", "matched"])
        .default("mixed"),
    )
    .addOption(
      numberOption("--stem-level <dB>", "a block of a stem sounds above this level, dBFS").default(-40),
    )
    .addOption(
      numberOption("--stem-share <s>", "share of a clip's blocks in which the stem must sound").default(0.5),
    )
    .addOption(integerOption("--folds <n>", "parts of the cross-validation", 2).default(5))
    .addOption(
      integerOption("--seed <s>", "which windows or songs, and how they are dealt into folds").default(1),
    )
    .option("--cache <folder>", "where captures are kept (default: captures in the folder of caches)")
    .option("--no-cache", "keep no captures")
    .addOption(
      shardOption(
        "capture every nth song only, as in a Slurm array; the shards share the cache, the last one trains",
      ),
    )
    .addOption(
      new Option(
        "--queue <redis://...>",
        "let workers capture the songs (smitin worker), which find the data under the same path",
      ).conflicts("shard"),
    )
    .requiredOption("--out <json>", "where the probe file goes")
    .action((options) => (require("./probe") as typeof import("./probe")).probe(options));
}

function addGenerate(smitin: Command): void {
  addModel(smitin.command("generate"))
    .description("make music: from nothing, from a text, as the continuation of a prompt; steered or not")
    .addOption(new Option("--codes <json>", `a prompt: ${codes}`).conflicts("audio"))
    .option(
      "--audio <file>",
      "a prompt in sound (WAV, AIFF, FLAC, MP3, Ogg Vorbis, Opus), of any sample rate",
    )
    .option("--text <words>", "what it should sound like")
    .addOption(integerOption("--frames <n>", "new frames, after the prompt's", 1).makeOptionMandatory())
    .option(
      "--greedy",
      "always the most likely code (default: what the checkpoint says, MusicGen's does not)",
    )
    .option("--no-greedy", "codes by chance, whatever the checkpoint says")
    .addOption(integerOption("--seed <s>", "fixes every random choice (default: 0)"))
    .addOption(
      numberOption(
        "--temperature <t>",
        "below 1 safer, above 1 wilder (default: the checkpoint's, MusicGen's is 1)",
      ),
    )
    .addOption(
      integerOption(
        "--top-k <k>",
        "only the k most likely codes stand for choice, or 0 for all (default: the checkpoint's, MusicGen's is 250)",
      ),
    )
    .addOption(
      numberOption(
        "--top-p <p>",
        "of these only the fewest that together have this probability (default: the checkpoint's, MusicGen's is 1)",
      ),
    )
    .addOption(
      numberOption(
        "--guidance <g>",
        "how far to follow the text; 1 is no guidance (default: the checkpoint's, MusicGen's is 3; without a text nothing)",
      ),
    )
    .option("--add <safetensors>", "a tensor steer [layers, heads, headDim], added to z")
    .addOption(
      new Option(
        "--add-from <where>",
        "at every position (start), or at new ones only (default: start)",
      ).choices(["start", "new"]),
    )
    .option("--probes <json>", "steer by the probes of this file")
    .addOption(new Option("--method <name>", "how (default: smitin)").choices(["smitin", "iti"]))
    .addOption(alphaOption())
    .addOption(bestHeads())
    .addOption(gateOption())
    .addOption(scheduleOption())
    .addOption(
      new Option(
        "--plan <safetensors>",
        "steer by a plan that smitin export or savePlan wrote, instead",
      ).conflicts("probes"),
    )
    .option("--out <wav>", "where the sound goes: the prompt's and the new")
    .option("--codes-out <json>", "where the codes go: the prompt's and the new")
    .option("--float", floats)
    .action((options) => (require("./generate") as typeof import("./generate")).generateTake(options));
}

function addExport(smitin: Command): void {
  addModel(smitin.command("export"))
    .summary("probes, or steering by them, as safetensors for use elsewhere")
    .description(
      "probes as safetensors; with --method the steering by them instead: what is added to z, when, and what the\n" +
        "monitor watches. experiments/transformers/steer.py steers PyTorch transformers by the latter.",
    )
    .requiredOption("--probes <json>", "the probe file")
    .addOption(new Option("--method <name>", "steering by this method").choices(["smitin", "iti"]))
    .addOption(alphaOption())
    .addOption(bestHeads())
    .addOption(gateOption())
    .addOption(scheduleOption())
    .addOption(numberOption("--seconds <s>", "how long a take may be (default: 60)"))
    .requiredOption("--out <safetensors>", "where it goes")
    .action((options) => (require("./export") as typeof import("./export")).exportProbes(options));
}

function bestHeads(): Option {
  return headsOption("--top-k-heads <k>", `the k best heads only, or all ${defaultHeads}`);
}

function addKernel(smitin: Command): void {
  const kernel = smitin.command("kernel").description("the notebooks' kernel in your Jupyter and VS Code");
  const addPlace = (command: Command) =>
    command
      .addOption(
        new Option(
          "--prefix <dir>",
          "the Jupyter whose share/jupyter is meant (default: the active Python environment, else --user)",
        ).conflicts("user"),
      )
      .option("--user", "every Jupyter of yours");
  addPlace(kernel.command("install"))
    .description("make the kernel known to Jupyter")
    .action((options) => (require("./kernel") as typeof import("./kernel")).install(options));
  addPlace(kernel.command("remove"))
    .description("make Jupyter forget it")
    .action((options) => (require("./kernel") as typeof import("./kernel")).remove(options));
}

function addNative(smitin: Command): void {
  smitin
    .command("native")
    .description(
      "make the native TensorFlow engine (on Linux): faster, and needed to train and for models beyond musicgen-small",
    )
    .option("--undo", "remove it again")
    .addOption(new Option("--check <engine>", "only compute something on it: node or gpu").hideHelp())
    .action((options) => (require("./native") as typeof import("./native")).native(options));
}

function addModel(command: Command): Command {
  return command.addOption(modelOption());
}
