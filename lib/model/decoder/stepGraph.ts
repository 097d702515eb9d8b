import { tf } from "../../engine";
import {
  type Change,
  type Stage,
  seenBy,
  site,
  siteKinds,
  type Tap,
  type TapPoint,
  type Taps,
} from "../taps";
import type { KeyValues, MemoryGraph, MemoryParts, TextGraph } from "./attention";
import type { DecoderCache } from "./cache";
import { graphStore, handed, taker } from "./graphStore";

/** Decoding steps as graphs: the decoder's own code, traced once for each kind of step. */
export interface StepGraphs {
  /** @returns the logits, the cache one position on; nothing, and nothing done, when a tap is not made of stages */
  run(x: tf.Tensor2D, cache: DecoderCache, taps?: Taps): tf.Tensor2D | undefined;
  dispose(): void;
}

/** A tap made of stages, and where it is called. */
interface StagedSite {
  at: TapPoint;
  stages: Stage[];
}

/**
 * A step of few rows is bound by the cost of calling the engine some hundreds of times: as one graph it is one call. Into it
 * go the embedded tokens, the caches, the texts and what the taps' stages change; out come the logits, the longer caches and
 * the values that stages read.
 * @param step a step's operations, from embedded tokens to logits
 */
export function createStepGraphs(
  step: (x: tf.Tensor2D, cache: DecoderCache, taps: Taps) => tf.Tensor2D,
): StepGraphs {
  const graphs = graphStore();
  return {
    run(x, cache, taps = new Map()) {
      const sites = stagedSites(taps, cache);
      if (!sites) return undefined;
      const memories = cache.layers.map(({ graph }) => graph as MemoryGraph);
      const texts = cache.text?.map(({ graph }) => graph as TextGraph);
      const parts = memories.map((memory) => memory.parts());
      return tf.tidy(() => {
        const inputs = [
          x,
          lengthsAfter(parts[0]),
          ...parts.flatMap(({ long, short }) => [...tensorsOf(long), ...tensorsOf(short)]),
          ...(texts ?? []).flatMap(({ tensors }) => tensors),
          ...changes(sites, cache.rows),
        ];
        const body = (standIns: tf.Tensor[]) => {
          const take = taker(standIns);
          const [stream, lengths] = [take(), take()] as [tf.Tensor2D, tf.Tensor1D];
          const part = (known?: KeyValues) => known && ({ keys: take(), values: take() } as KeyValues);
          const layers = memories.map((memory, l) =>
            memory.standIn({ long: part(parts[l].long), short: part(parts[l].short) }, lengths),
          );
          const text = texts?.map((layer) => layer.standIn([take(), take(), take()] as TextGraph["tensors"]));
          const read: tf.Tensor[] = [];
          const logits = step(stream, { ...cache, layers, text }, standInTaps(sites, take, read));
          return [
            logits,
            ...layers.flatMap(({ graph }) => tensorsOf(graph?.parts().short)),
            ...read.map(handed),
          ];
        };
        const [logits, ...rest] = graphs.run(keyOf(cache, parts[0], sites), inputs, body);
        const take = taker(rest);
        for (const memory of memories) memory.remember({ keys: take(), values: take() } as KeyValues);
        for (const { stages, at } of sites) for (const { read } of stages) read?.(take(), at);
        return logits as tf.Tensor2D;
      });
    },
    dispose: graphs.dispose,
  };
}

/** The sites with taps that this step will come by, in its order; nothing when one of them is not made of stages. */
function stagedSites(taps: Taps, cache: DecoderCache): StagedSite[] | undefined {
  const step = cache.positions - cache.origin;
  const sites: StagedSite[] = [];
  for (const layer of taps.size === 0 ? [] : cache.layers.keys()) {
    for (const kind of siteKinds) {
      const name = site(layer, kind);
      const tap = taps.get(name);
      if (!tap || (kind === "crossAttention.z" && !cache.text)) continue;
      if (!tap.stages) return undefined;
      sites.push({ at: { site: name, layer, step, positions: 1, prefill: false }, stages: tap.stages });
    }
  }
  return sites;
}

/** What tells apart the graphs that a decoder needs; lengths do not. */
function keyOf({ rows, text }: DecoderCache, { long, short }: MemoryParts, sites: StagedSite[]): string {
  const stages = sites.map(({ at, stages: all }) => {
    const kinds = all.map(({ change, scales, read }) => [
      change && (scales ? "scale" : "shift"),
      read && "read",
    ]);
    return `${at.site} ${kinds.join(";")}`;
  });
  return [rows, long && "long", short && "short", text && "text", ...stages].join();
}

/** How many positions each part holds once the step's is there. */
function lengthsAfter({ long, short }: MemoryParts): tf.Tensor1D {
  const lengths = [...(long ? [long.keys.shape[2]] : []), (short?.keys.shape[2] ?? 0) + 1];
  return tf.tensor1d(lengths, "int32");
}

/** The stages' changes as inputs: numbers that change nothing where a stage has nothing to change. */
function changes(sites: StagedSite[], rows: number): tf.Tensor[] {
  const [one, zero] = [tf.scalar(1), tf.scalar(0)];
  return sites.flatMap(({ at, stages }) =>
    stages.flatMap(({ change, scales }) => {
      if (!change) return [];
      const { scale = one, shift = zero } = change(at, rows) ?? {};
      return scales ? [scale, shift] : [shift];
    }),
  );
}

/** Taps that do the stages' part of the graph: their changes are inputs, what they read is put into `read`. */
function standInTaps(sites: StagedSite[], take: () => tf.Tensor, read: tf.Tensor[]): Taps {
  return new Map(
    sites.map(({ at, stages }): [string, Tap] => {
      const changed = stages.map(({ change, scales }): Change => {
        const scale = change && scales ? take() : undefined;
        return { scale, shift: change && take() };
      });
      const tap: Tap = (value) => {
        let now = value;
        for (const [s, { scale, shift }] of changed.entries()) {
          if (scale) now = tf.mul(now, scale);
          if (shift) now = tf.add(now, shift);
          if (stages[s].read) read.push(tf.keep(tf.clone(seenBy(stages[s], now)))); // beyond the layer's `tf.tidy`
        }
        return now;
      };
      return [at.site, tap];
    }),
  );
}

function tensorsOf(part: KeyValues | undefined): tf.Tensor[] {
  return part ? [part.keys, part.values] : [];
}
