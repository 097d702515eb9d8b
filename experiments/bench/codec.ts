import { normal, random } from "../../lib/math/random";
import type { Codec } from "../../lib/model/codec/codec";
import { alternate } from "./alternate";
import { snakeCase } from "./reference";
import { type Bench, clock, prepare, row, theirs } from "./row";

const batch = 16;

/**
 * Encode and decode 64 clips of 3 s.
 * @param about what should be known of the codec
 */
export async function benchCodec(bench: Bench, codec: Codec, about?: string): Promise<void> {
  const { config } = codec;
  const clips = bench.isFull ? 64 : bench.isQuick ? 2 : batch;
  const frames = bench.isQuick ? 10 : 3 * config.frameRate;
  const samples = frames * config.hopLength;
  const uniform = random(1);
  const sound = Float32Array.from({ length: samples + clips }, () => 0.1 * normal(uniform));
  const waves = Array.from({ length: clips }, (_, clip) => sound.slice(clip, clip + samples));
  const grids = codec.encode(waves);
  const inBatches = <Item>(items: Item[], run: (some: Item[]) => unknown) => {
    for (let start = 0; start < items.length; start += batch) run(items.slice(start, start + batch));
  };
  await prepare(bench, "Codec", { config: snakeCase(config) });
  const shape = `${config.numFilters} filters, ${config.samplingRate / 1000} kHz`;
  for (const [what, isEncoding, ours] of [
    ["codec: encode 64 clips", true, () => inBatches(waves, codec.encode)],
    ["codec: decode 64 clips", false, () => inBatches(grids, codec.decode)],
  ] as const) {
    const rounds = await alternate(
      {
        ours: () => clock(ours),
        ...theirs(bench, "theirs", "Codec.run", { clips, samples, batch, encode: isEncoding }),
      },
      bench.rounds,
    );
    const note = [about, clips < 64 && `extrapolated from ${clips} clips`].filter(Boolean).join("; ");
    bench.emit(
      row(
        bench,
        { what, shape, batch: Math.min(batch, clips), note, times: 64 / clips },
        { ours: rounds.ours, theirs: rounds.theirs },
      ),
    );
  }
}
