import { currentEngine } from "../../lib/engine";
import type { Decoder } from "../../lib/model/decoder/decoder";
import { promptPositions } from "../../lib/model/generate/delay";
import { captureTokens } from "../../lib/probes/capture";
import { alternate } from "./alternate";
import { made } from "./madeProbes";
import { madeTokens } from "./madeTokens";
import { type Bench, clock, row, theirs } from "./row";

const batch = 16;

/** z of every head at the last step of 64 clips of 3 s: prefill with capture. */
export async function benchCapture(bench: Bench, decoder: Decoder, shape: string): Promise<void> {
  const { numCodebooks: codebooks, vocabSize: vocabulary, hiddenSize } = decoder.config;
  const frames = bench.isQuick ? 12 : 150;
  const clips = bench.isQuick || (hiddenSize > 512 && !bench.isFull) ? 4 : 64;
  const model = { decoder, codebooks, vocabulary, ...made(decoder.config) };
  const grids = Array.from({ length: clips }, (_, clip) => madeTokens(model, frames, clip));
  // The first passes of a kind run as they are, become a graph, and are the graph's first run.
  for (let pass = 0; currentEngine().graphs && pass < 3; pass++)
    await captureTokens(model, grids.slice(0, batch), { batch });
  const rounds = await alternate(
    {
      ours: () => clock(() => captureTokens(model, grids, { batch })),
      ...theirs(bench, "theirs", "Decoder.capture", { clips, positions: promptPositions(frames), batch }),
    },
    bench.rounds,
  );
  const note = clips < 64 ? `extrapolated from ${clips} clips` : undefined;
  const about = { what: "prefill + capture of 64 clips", shape, batch: Math.min(batch, clips), note };
  bench.emit(row(bench, { ...about, times: 64 / clips }, { ours: rounds.ours, theirs: rounds.theirs }));
}
