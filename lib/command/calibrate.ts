import { loadProbes } from "../disk/probeFile";
import { loadMusicGen } from "../loadMusicGen";
import type { Calibration } from "../probes/calibration";
import { encodeProbes } from "../probes/format";
import { withCalibration } from "../probes/probe";
import { calibrate as findStrength } from "../sweep/calibrate";
import { judgeOf } from "./judge";
import { bar, checkOutputs, writeOutputs } from "./output";
import { gatherPrompts, type PromptWish } from "./prompts";
import { say } from "./say";

export interface CalibrateCommand extends PromptWish {
  model?: string;
  probes: string;
  methods: ("iti" | "smitin")[];
  success: number;
  seconds: number;
  seed: number;
  /** Its name; false for nobody: the probes decide. */
  judge?: string | false;
  out?: string;
}

/** `smitin calibrate`: the alpha at which methods succeed as often as asked, into the probe file. */
export async function calibrate(options: CalibrateCommand): Promise<void> {
  const { methods, success, seconds, seed, out = options.probes } = options;
  checkOutputs(out);
  const model = await loadMusicGen(options.model);
  let probes = loadProbes(options.probes, model);
  const prompts = await gatherPrompts(options, probes.trait, model);
  const judge = await judgeOf(options.judge, probes.trait, "the probes decide about success");
  const recipe = recipeOf(options, prompts.length, probes.trait);
  const lines: string[] = [];
  for (const method of methods) {
    const takes = bar(method);
    const found = await findStrength(model, probes, {
      ...{ prompts, recipe, method, success, seconds, seed, judge: judge?.judge },
      onProgress: takes,
      onTrial: (alpha, share) => say(`${method}, alpha ${alpha.toPrecision(3)}: success ${share.toFixed(2)}`),
    }).finally(takes.done);
    probes = withCalibration(probes, found);
    lines.push(describe(found));
  }
  writeOutputs([{ path: out, data: encodeProbes(probes), about: lines.join("; ") }]);
}

function recipeOf({ prompts, data, promptSeconds, promptSeed }: PromptWish, count: number, trait: string) {
  if (prompts) return `${count} prompts from ${prompts.join(", ")}`;
  const source = data === "studio" ? "studio band" : data;
  return `${count} prompts of ${promptSeconds} s without ${trait}, ${source}, seed ${promptSeed}`;
}

function describe({ method, alpha, interval, success, successInterval, n }: Calibration): string {
  const [low, high] = interval.map((end) => end.toPrecision(3));
  const [least, most] = successInterval.map((end) => end.toFixed(2));
  return `${method}, alpha ${alpha} [${low}, ${high}], success ${success.toFixed(2)} [${least}, ${most}] of ${n} new takes`;
}
