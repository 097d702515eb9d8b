import type { Decoder } from "../../lib/model/decoder/decoder";
import type { Steer } from "../../lib/model/intervention";
import { joinTaps, site, staged, type Taps } from "../../lib/model/taps";
import { smitin } from "../../lib/steering/methods";
import { alternate, type Contenders } from "./alternate";
import { made, madeProbes } from "./madeProbes";
import { madeToken, madeTokens } from "./madeTokens";
import { type Bench, prepare, row, theirs } from "./row";

/** A batch whose prompts have been read. */
export interface Prompted {
  /** Milliseconds a step soon after the prompts, logits read, mean over `steps`; the first `warmUp` do not count. */
  decode(steps: number, taps?: Taps): number;
  dispose(): void;
}

/** Steps that may be the first of their kind: with an empty short part of the cache, then not, then as a graph's first run. */
const warmUp = 3;

/** Read prompts. `shared`: all rows continue one prompt, which is read once. */
export function prefillPrompts(
  decoder: Decoder,
  { rows, positions, shared = false }: { rows: number; positions: number; shared?: boolean },
): Prompted {
  const { numCodebooks: codebooks, vocabSize: vocabulary } = decoder.config;
  const sizes = { codebooks, vocabulary };
  const grids = Array.from({ length: shared ? 1 : rows }, (_, row) => madeTokens(sizes, positions, row));
  const first = decoder.createCache(grids.length, { origin: positions, positions });
  decoder.prefill(grids, { cache: first, logits: "last" })?.dispose();
  const from = Array.from({ length: rows }, (_, row) => (shared ? 0 : row));
  return {
    decode(steps, taps) {
      const cache = decoder.copyCache(first, from);
      let start = 0;
      for (let step = 0; step < warmUp + steps; step++) {
        if (step === warmUp) start = performance.now();
        const tokens = Int32Array.from({ length: rows * codebooks }, (_, i) =>
          madeToken(sizes, Math.floor(i / codebooks), positions + step, i % codebooks),
        );
        const logits = decoder.step(cache, tokens, taps);
        logits.dataSync();
        logits.dispose();
      }
      const ms = (performance.now() - start) / steps;
      cache.dispose();
      return ms;
    },
    dispose: () => first.dispose(),
  };
}

/** Decode steps after a prompt of 3 s, without taps, capturing, steering, and both. */
export async function benchDecode(bench: Bench, decoder: Decoder, shape: string): Promise<void> {
  const positions = bench.isQuick ? 16 : 151;
  for (const rows of bench.isQuick ? [1, 2] : [1, 8, 32]) {
    // Reading 32 long prompts takes minutes on a large model: there the rows continue one prompt, as a sweep's do.
    const shared = !bench.isFull && rows > 8 && decoder.config.hiddenSize > 512;
    // A small model's step is over in a millisecond: what the taps cost shows only over many.
    const steps = bench.isQuick || decoder.config.hiddenSize > 512 ? 5 : Math.max(10, Math.ceil(100 / rows));
    const prompted = prefillPrompts(decoder, { rows, positions, shared });
    await prepare(bench, "Decoder.prompt", { rows, positions, shared });
    const python = (name: string, capture: boolean, steer: boolean) =>
      theirs(bench, name, "Decoder.steps", { rows, count: steps, capture, steer, warm_up: warmUp });
    const contenders: Contenders = {
      plain: () => prompted.decode(steps),
      capture: () => prompted.decode(steps, captureTaps(decoder)),
      steering: () => steered(decoder, rows, positions, (taps) => prompted.decode(steps, taps)),
      both: () =>
        steered(decoder, rows, positions, (taps) =>
          prompted.decode(steps, joinTaps(captureTaps(decoder), taps)),
        ),
      ...python("plain, Python", false, false),
      ...python("capture, Python", true, false),
      ...python("both, Python", true, true),
    };
    const times = await alternate(contenders, shared ? { ...bench.rounds, least: 1 } : bench.rounds);
    prompted.dispose();
    for (const [name, what] of Object.entries({
      plain: "decode step",
      capture: "decode step, capture",
      steering: "decode step, SMITIN",
      both: "decode step, capture + SMITIN",
    })) {
      const alone = name === "steering" && typeof bench.reference !== "string";
      const note = [shared && "rows continue one prompt", alone && "the reference steers while capturing"]
        .filter(Boolean)
        .join("; ");
      const plain = name === "plain" ? undefined : times.plain;
      const rounds = { ours: times[name], theirs: times[`${name}, Python`], plain };
      bench.emit(row(bench, { what, shape, batch: rows, note }, rounds));
    }
  }
}

/** Keep z of every head at the step. */
function captureTaps({ config }: Decoder): Taps {
  const kept: Float32Array[] = [];
  const tap = staged({
    read(z, { layer }) {
      kept[layer] = z.dataSync<"float32">();
    },
  });
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) => layer);
  return new Map(layers.map((layer) => [site(layer, "selfAttention.z"), tap]));
}

/** Do work under SMITIN's steering at full strength: every 5th step a vector for every head, 16 heads monitored. */
function steered(decoder: Decoder, rows: number, promptFrames: number, work: (taps: Taps) => number): number {
  const steer: Steer = smitin(madeProbes(decoder.config), { alpha: 1, threshold: 0.5 });
  const model = made(decoder.config);
  const { taps, dispose } = steer({ model, rows, promptFrames });
  const ms = work(taps);
  dispose?.();
  return ms;
}
