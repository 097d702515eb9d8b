import { loadMusicGen } from "../../lib/model/load";
import { bandPairs } from "../../lib/music/pairs";
import type { Instrument } from "../../lib/music/song";
import { captureHeads } from "../../lib/probes/capture";
import { encodeProbes } from "../../lib/probes/format";
import { ranked } from "../../lib/probes/probe";
import { trainProbes } from "../../lib/probes/train";
import { bar, checkOutputs, writeOutputs } from "./output";

export interface ProbeOptions {
  model?: string;
  trait: Instrument;
  pairs: number;
  seconds: number;
  folds: number;
  seed: number;
  out: string;
}

/** `smitin probe`: probes of a trait, fitted on what the studio band plays, to a probe file. */
export async function probe({
  model: name,
  trait,
  pairs: count,
  seconds,
  folds,
  seed,
  out,
}: ProbeOptions): Promise<void> {
  checkOutputs(out);
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
