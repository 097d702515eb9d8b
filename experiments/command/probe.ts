import { type Command, Option } from "commander";
import type { Instrument } from "../../lib/music/song";
import { addModel, integerOption, numberOption } from "./options";
import { bar, checkOutputs, writeOutputs } from "./output";

interface Options {
  model?: string;
  trait: Instrument;
  pairs: number;
  seconds: number;
  folds: number;
  seed: number;
  out: string;
}

const traits: Instrument[] = ["drums", "bass", "guitar", "piano"];

export function addProbe(program: Command): void {
  addModel(program.command("probe"))
    .description(
      "train a probe of every head on pairs of clips, played by the studio band, with and without a trait",
    )
    .addOption(new Option("--trait <name>", "the instrument").choices(traits).makeOptionMandatory())
    .addOption(integerOption("--pairs <n>", "how many pairs", 1).default(400))
    .addOption(numberOption("--seconds <s>", "length of a clip").default(3))
    .addOption(integerOption("--folds <n>", "parts of the cross-validation", 2).default(5))
    .addOption(integerOption("--seed <s>", "which songs, and how they are dealt into folds").default(1))
    .requiredOption("--out <json>", "where the probe file goes")
    .action(probe);
}

async function probe({
  model: name,
  trait,
  pairs: count,
  seconds,
  folds,
  seed,
  out,
}: Options): Promise<void> {
  checkOutputs(out);
  const { loadMusicGen } = await import("../../lib/model/load");
  const { bandPairs } = await import("../../lib/music/pairs");
  const { captureHeads } = await import("../../lib/probes/capture");
  const { encodeProbes } = await import("../../lib/probes/format");
  const { ranked } = await import("../../lib/probes/probe");
  const { trainProbes } = await import("../../lib/probes/train");
  const model = await loadMusicGen(name);
  const pairs = await withBar("studio band", count, (onProgress) =>
    bandPairs({ trait, count, seconds, seed, onProgress }),
  );
  const recipe = `${count} pairs of ${seconds} s with and without ${trait}, studio band, seed ${seed}`;
  const heads = await withBar("clips read", 2 * count, (onProgress) =>
    captureHeads(model, pairs, { recipe, onProgress }),
  );
  const probes = await withBar("probes", model.layers * model.heads, (onProgress) =>
    trainProbes(heads, { folds, seed, onProgress }),
  );
  const [best] = ranked(probes.heads);
  const { median } = probes.statistics;
  const about = `${probes.heads.length} probes of ${trait}, held-out accuracy ${percent(median)} (median)`;
  const top = `${percent(best.accuracy)} (layer ${best.layer}, head ${best.head}: the best)`;
  writeOutputs([{ path: out, data: encodeProbes(probes), about: `${about}, ${top}` }]);
}

/** Run something that says how many it has done. */
async function withBar<T>(
  label: string,
  total: number,
  run: (onProgress: (done: number) => void) => T | Promise<T>,
): Promise<T> {
  const { tick, done } = bar(label, total);
  let before = 0;
  try {
    return await run((now) => {
      tick(now - before);
      before = now;
    });
  } finally {
    done();
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
