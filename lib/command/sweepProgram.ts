import { type Command, Option } from "commander";
import { finite, integerOption, listOption, numberOption, whole, word } from "../flags/flags";
import { sweptAlpha } from "../steering/defaults";
import { heads, modelOption, shardOption } from "./options";
import { defaultHeads, gateOption, schedulesOption } from "./steeringOptions";

/** `smitin sweep` */
export function addSweep(smitin: Command): void {
  smitin
    .command("sweep")
    .summary("steer in every way asked for, and measure each take; on many machines too")
    .description(
      "steer in every way asked for, methods x directions x K x alpha, on every prompt and seed, and once without.\n" +
        "Each finished cell is a line of cells.jsonl: a killed sweep goes on, a finished one computes nothing. Shards\n" +
        "that share the folder, or workers at a queue, end in the file of one machine's run.",
    )
    .addOption(modelOption())
    .requiredOption("--probes <json>", "the probes that steer")
    .addOption(promptFiles())
    .addOption(promptData())
    .addOption(promptCount(8))
    .addOption(promptSeconds())
    .addOption(promptSeed(1))
    .addOption(listOption("--alpha <list>", "strengths, in standard deviations", finite).default(sweptAlpha))
    .addOption(listOption("--top-k-heads <list>", `the k best heads only, or all ${defaultHeads}`, heads))
    .addOption(
      listOption("--methods <list>", "iti, smitin", word("iti", "smitin")).default(["iti", "smitin"]),
    )
    .addOption(
      listOption(
        "--directions <list>",
        "probe, massMean, random",
        word("probe", "massMean", "random"),
      ).default(["probe"]),
    )
    .addOption(gateOption())
    .addOption(schedulesOption())
    .addOption(listOption("--seeds <list>", "of the takes' random choices", whole).default([0]))
    .addOption(numberOption("--seconds <s>", "new music after each prompt").default(5))
    .addOption(integerOption("--frames <n>", "the same in frames", 1))
    .option(
      "--greedy",
      "always the most likely code (default: what the checkpoint says, MusicGen's does not)",
    )
    .option("--no-greedy", "codes by chance, whatever the checkpoint says")
    .addOption(numberOption("--temperature <t>", "as for generate"))
    .addOption(integerOption("--top-k <k>", "as for generate"))
    .addOption(numberOption("--top-p <p>", "as for generate"))
    .option(
      "--judge <name>",
      "who decides about success: bundled, or clap, whose weights must be on this machine (default: bundled, where it knows the trait)",
    )
    .option("--no-judge", "nobody decides about success")
    .addOption(integerOption("--rows <n>", "cells of a batch (default: as many as fit, at most 64)", 1))
    .addOption(
      shardOption(
        "compute part i of n only, as in a Slurm array; the shards share the folder, the last one merges",
      ),
    )
    .addOption(
      new Option("--queue <redis://...>", "let workers compute (smitin worker)").conflicts(["shard", "rows"]),
    )
    .requiredOption("--out <folder>", "where finished cells go")
    .action((options) => (require("./sweep") as typeof import("./sweep")).sweep(options));
}

/** `smitin calibrate` */
export function addCalibrate(smitin: Command): void {
  smitin
    .command("calibrate")
    .summary("find the alpha at which steering succeeds as often as asked, and keep it in the probe file")
    .description(
      "find the alpha at which steering succeeds as often as asked, by bisection over a handful of prompts: alpha's unit\n" +
        "differs from one model to the next. It is kept in the probe file, where --alpha calibrated finds it.",
    )
    .addOption(modelOption())
    .requiredOption("--probes <json>", "the probes that steer")
    .addOption(
      listOption("--methods <list>", "iti, smitin", word("iti", "smitin")).default(["smitin"], "smitin"),
    )
    .addOption(
      numberOption("--success <share>", "of takes that shall have the trait, above 0, below 1").default(0.5),
    )
    .addOption(promptFiles())
    .addOption(promptData())
    .addOption(promptCount(32))
    .addOption(promptSeconds())
    .addOption(promptSeed(2))
    .addOption(numberOption("--seconds <s>", "new music after each prompt").default(5))
    .addOption(integerOption("--seed <s>", "of the takes' random choices").default(0))
    .option(
      "--judge <name>",
      "who decides about success: bundled, or clap, whose weights must be on this machine (default: bundled, where it knows the trait)",
    )
    .option("--no-judge", "the probes decide about success")
    .option("--out <json>", "where the probe file with the calibration goes (default: to its own place)")
    .action((options) => (require("./calibrate") as typeof import("./calibrate")).calibrate(options));
}

function promptFiles(): Option {
  return new Option(
    "--prompts <path...>",
    "sound files, codes, or folders of them (default: the studio band plays without the trait)",
  );
}

function promptData(): Option {
  return new Option(
    "--data <name>",
    "a data set, as for probe: the prompts are its test songs (probes of --split train never heard their artists) without the trait's stem",
  )
    .default("studio")
    .conflicts("prompts");
}

function promptCount(count: number): Option {
  return integerOption("--count <n>", "how many prompts the band plays, or are cut from songs", 1).default(
    count,
  );
}

function promptSeconds(): Option {
  return numberOption("--prompt-seconds <s>", "their length; the band's at most 4").default(3);
}

function promptSeed(seed: number): Option {
  return integerOption("--prompt-seed <s>", "which songs they are of").default(seed);
}

/** `smitin worker` */
export function addWorker(smitin: Command): void {
  smitin
    .command("worker")
    .summary("do what waits in a queue: cells of sweeps, songs to capture")
    .description(
      "do what waits in a queue, beside any number of other workers: cells of sweeps (smitin sweep --queue), songs to\n" +
        "capture (smitin probe --queue). What fails, or whose worker is lost, is tried again, cells in smaller batches.",
    )
    .requiredOption(
      "--queue <redis://...>",
      "the Redis server; rediss:// with encryption, /1 for its database 1",
    )
    .option("--model <dir>", "where the model is (default: what the work there calls it)")
    .addOption(integerOption("--rows <n>", "cells of a batch; a killed worker loses no more", 1).default(16))
    .addOption(
      integerOption("--lost-after <s>", "a worker silent for so long is taken for lost", 1).default(60),
    )
    .addOption(integerOption("--idle <s>", "end after so long without work (default: never)", 1))
    .action((options) => (require("./worker") as typeof import("./worker")).work(options));
}
