import type { Decoder } from "../../lib/model/decoder/decoder";
import { continueTokens, type Row } from "../../lib/model/generate/continue";
import { smitin, steerRows } from "../../lib/steering/methods";
import { alternate } from "./alternate";
import { made, madeProbes } from "./madeProbes";
import { madeTokens } from "./madeTokens";
import { type Bench, clock, row, theirs } from "./row";

/**
 * A sweep of 32 cells that continue one prompt of 3 s for 5 s, each with SMITIN of its own alpha: as one batch, which reads
 * the prompt once, and as 32 runs, of which one is measured. In Python: PyTorch with hooks, likewise.
 */
export async function benchSweep(bench: Bench, decoder: Decoder, shape: string): Promise<void> {
  const { isQuick } = bench;
  const cells = isQuick ? 4 : 32;
  const frames = isQuick ? 4 : 250;
  const promptFrames = isQuick ? 15 : 150;
  const ours = (rows: number) => () => clock(() => sweep(decoder, rows, promptFrames, frames));
  const python = (name: string, rows: number) =>
    theirs(bench, name, "Decoder.take", { rows, positions: promptFrames + 1, count: frames });
  const times = await alternate(
    {
      batch: ours(cells),
      single: ours(1),
      ...python("batch, Python", cells),
      ...python("single, Python", 1),
    },
    bench.rounds,
  );
  const about = { shape, batch: cells, what: `sweep: ${cells} cells in one batch` };
  const alone = { shape, batch: 1, what: `sweep: ${cells} runs one by one`, times: cells };
  const single = row(bench, { ...alone, note: `one run, times ${cells}` }, rounds("single"));
  const batch = row(bench, about, rounds("batch"));
  const gains = [
    `${(single.ms / batch.ms).toFixed(1)} times as fast as one by one`,
    single.referenceMs && `${(single.referenceMs / batch.ms).toFixed(1)} times as fast as PyTorch one by one`,
    batch.note,
  ];
  bench.emit({ ...batch, note: gains.filter(Boolean).join("; ") });
  bench.emit(single);

  function rounds(name: string) {
    return { ours: times[name], theirs: times[`${name}, Python`] };
  }
}

/** All that a sweep does but sound and judgement: the prompt, then steps with steering and sampling. */
async function sweep(decoder: Decoder, rows: number, promptFrames: number, frames: number): Promise<void> {
  const { numCodebooks: codebooks, vocabSize: vocabulary } = decoder.config;
  const prompt = madeTokens({ codebooks, vocabulary }, promptFrames);
  const probes = madeProbes(decoder.config);
  const plans = Array.from({ length: rows }, (_, i) =>
    smitin(probes, { alpha: 1 + i / rows, threshold: 0.5 }),
  );
  const { taps, begin, end, dispose } = steerRows(plans)({ model: made(decoder.config), rows, promptFrames });
  const batch = plans.map((_, seed): Row => ({ prompt, seed, guidance: 1 }));
  try {
    await continueTokens(decoder, batch, { frames, taps, begin, end, sharePrompt: true });
  } finally {
    dispose?.();
  }
}
