import {
  type Graph,
  type Graphs,
  type KeyValues,
  type MemoryGraph,
  type MemoryParts,
  type TextGraph,
  tf,
} from "../../engine";
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
import type { DecoderCache } from "./cache";

/**
 * The decoder's passes as graphs: its own code, traced once for each kind of pass, then one call of the engine. A step of few
 * rows is bound by the cost of calling the engine some hundreds of times; in a prefill a graph reuses memory and lets operations
 * run side by side, which the engine cannot between calls. Taps made of stages take part: what they change goes in, what they
 * read comes out and is handed to them once the pass is over.
 */
export interface PassGraphs {
  /**
   * One position of every row. Into the graph go the embedded tokens, the caches, the texts and what the stages change; out come
   * the logits, the longer caches and the values that stages read.
   * @param pass a step's operations, from embedded tokens to logits
   * @returns the logits, the cache one position on; nothing, and nothing done, when a tap is not made of stages
   */
  step(
    x: tf.Tensor2D,
    cache: DecoderCache,
    taps: Taps | undefined,
    pass: (x: tf.Tensor2D, cache: DecoderCache, taps: Taps) => tf.Tensor2D,
  ): tf.Tensor2D | undefined;
  /**
   * Many positions, nothing remembered.
   * @param kind what tells passes apart, beside the taps: sizes and where they end
   * @param pass its operations, from embedded tokens to logits or nothing
   * @returns undefined, and nothing done, for a pass of a new kind (which may never come again) or with taps that do more than read
   */
  prefill(
    x: tf.Tensor2D,
    kind: string,
    taps: Taps,
    pass: (x: tf.Tensor2D, taps: Taps) => tf.Tensor2D | undefined,
  ): { logits?: tf.Tensor2D } | undefined;
  dispose(): void;
}

/** Where in a graph a stage reads. */
interface Reading {
  stage: number;
  at: TapPoint;
}

/** A tap made of stages, and where it is called. */
interface StagedSite {
  at: TapPoint;
  stages: Stage[];
}

/** Graphs that are kept, the latest ones: a take needs one to four, a few MB each on a large model. */
const most = 24;

export function createPassGraphs({ trace }: Graphs): PassGraphs {
  const graphs = new Map<string, Graph>();
  const readings = new Map<string, Reading[]>(); // of each kind of prefill; none yet of one that came once

  /** Run the graph of a key, tracing the body where there is none. @param inputs as many as ever under this key */
  function run(key: string, inputs: tf.Tensor[], body: (standIns: tf.Tensor[]) => tf.Tensor[]): tf.Tensor[] {
    const known = graphs.get(key);
    const { graph, outputs } = known ? { graph: known, outputs: known.run(inputs) } : trace(inputs, body);
    graphs.delete(key);
    graphs.set(key, graph); // the latest last
    const [oldest] = graphs;
    if (graphs.size > most) {
      oldest[1].dispose();
      graphs.delete(oldest[0]);
    }
    return outputs;
  }

  return {
    step(x, cache, taps = new Map(), pass) {
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
          const next = inOrder(standIns);
          const [stream, lengths] = [next(), next()] as [tf.Tensor2D, tf.Tensor1D];
          const part = (known?: KeyValues) => known && ({ keys: next(), values: next() } as KeyValues);
          const layers = memories.map((memory, l) =>
            memory.standIn({ long: part(parts[l].long), short: part(parts[l].short) }, lengths),
          );
          const text = texts?.map((layer) => layer.standIn([next(), next(), next()] as TextGraph["tensors"]));
          const read: tf.Tensor[] = [];
          const logits = pass(stream, { ...cache, layers, text }, changing(sites, next, read));
          const longer = layers.flatMap(({ graph }) => tensorsOf(graph?.parts().short));
          return [logits, ...longer, ...read.map(handed)];
        };
        const [logits, ...rest] = run(stepKey(cache, parts[0], sites), inputs, body);
        const next = inOrder(rest);
        for (const memory of memories) memory.remember({ keys: next(), values: next() } as KeyValues);
        for (const { stages, at } of sites) for (const { read } of stages) read?.(next(), at);
        return logits as tf.Tensor2D;
      });
    },

    prefill(x, kind, taps, pass) {
      if (![...taps.values()].every(({ stages }) => stages?.every(({ change }) => !change))) return undefined;
      const stages = [...taps].map(([name, { stages = [] }]) => [
        name,
        ...stages.map(({ lastOnly }) => lastOnly),
      ]);
      const key = JSON.stringify([kind, stages]);
      const known = readings.get(key);
      if (!known) {
        readings.set(key, []);
        return undefined;
      }
      const body = ([stream]: tf.Tensor[]) => {
        const read: tf.Tensor[] = [];
        known.length = 0;
        const standIns = new Map([...taps].map(([name, tap]) => [name, noting(tap, read, known)]));
        const logits = pass(stream as tf.Tensor2D, standIns);
        return [...(logits ? [logits] : []), ...read.map(handed)];
      };
      return tf.tidy(() => {
        const outputs = run(key, [x], body);
        const next = inOrder(outputs);
        const logits = outputs.length > known.length ? (next() as tf.Tensor2D) : undefined;
        for (const { stage, at } of known) taps.get(at.site)?.stages?.[stage].read?.(next(), at);
        return { logits };
      });
    },

    dispose() {
      for (const graph of graphs.values()) graph.dispose();
      graphs.clear();
    },
  };
}

/** The sites with taps that a step will come by, in its order; nothing when one of them is not made of stages. */
function stagedSites(taps: Taps, cache: DecoderCache): StagedSite[] | undefined {
  const step = cache.positions - cache.origin;
  const sites: StagedSite[] = [];
  for (const layer of taps.size === 0 ? [] : cache.layers.keys()) {
    for (const kind of siteKinds) {
      const name = site(layer, kind);
      const tap = taps.get(name);
      if (!tap || (kind.startsWith("crossAttention.") && !cache.text)) continue;
      if (!tap.stages) return undefined;
      sites.push({ at: { site: name, layer, step, positions: 1, prefill: false }, stages: tap.stages });
    }
  }
  return sites;
}

/** What tells apart the graphs of steps that a decoder needs; lengths do not. */
function stepKey({ rows, text }: DecoderCache, { long, short }: MemoryParts, sites: StagedSite[]): string {
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

/** Taps that do the stages' part of a step's graph: their changes are inputs, what they read is put into `read`. */
function changing(sites: StagedSite[], next: () => tf.Tensor, read: tf.Tensor[]): Taps {
  return new Map(
    sites.map(({ at, stages }): [string, Tap] => {
      const changed = stages.map(({ change, scales }): Change => {
        const scale = change && scales ? next() : undefined;
        return { scale, shift: change && next() };
      });
      const tap: Tap = (value) => {
        let now = value;
        for (const [s, { scale, shift }] of changed.entries()) {
          if (scale) now = tf.mul(now, scale);
          if (shift) now = tf.add(now, shift);
          if (stages[s].read) read.push(kept(seenBy(stages[s], now)));
        }
        return now;
      };
      return [at.site, tap];
    }),
  );
}

/** A tap that notes what the stages of another are to read, and where. */
function noting({ stages = [] }: Tap, read: tf.Tensor[], readings: Reading[]): Tap {
  return (value, at) => {
    for (const [index, stage] of stages.entries()) {
      if (!stage.read) continue;
      read.push(kept(seenBy(stage, value)));
      readings.push({ stage: index, at });
    }
    return undefined;
  };
}

function tensorsOf(part: KeyValues | undefined): tf.Tensor[] {
  return part ? [part.keys, part.values] : [];
}

/** A copy beyond the layer's `tf.tidy`. */
function kept(value: tf.Tensor): tf.Tensor {
  return tf.keep(tf.clone(value));
}

/** A kept tensor given over to the `tf.tidy` around. */
function handed(value: tf.Tensor): tf.Tensor {
  const given = tf.clone(value);
  value.dispose();
  return given;
}

/** Gives one tensor of a list after another. */
function inOrder(tensors: tf.Tensor[]): () => tf.Tensor {
  let next = 0;
  return () => tensors[next++];
}
