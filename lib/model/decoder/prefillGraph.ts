import { tf } from "../../engine";
import { seenBy, type Tap, type TapPoint, type Taps } from "../taps";
import { graphStore, handed, taker } from "./graphStore";

/** Passes over many positions as graphs: the decoder's own code, traced for each kind of pass that comes again. */
export interface PrefillGraphs {
  /**
   * @param kind what tells passes apart, beside the taps: sizes and where they end
   * @param pass its operations, from embedded tokens to logits or nothing
   * @returns undefined, and nothing done, for a pass of a new kind or with taps that do more than read
   */
  run(
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

/**
 * Within a graph the engine reuses memory and lets operations run side by side, which it cannot between calls. What taps read
 * is handed to them once the pass is over.
 */
export function createPrefillGraphs(): PrefillGraphs {
  const graphs = graphStore();
  const readings = new Map<string, Reading[]>(); // none yet of a kind that came once
  return {
    run(x, kind, taps, pass) {
      if (![...taps.values()].every(({ stages }) => stages?.every(({ change }) => !change))) return undefined;
      const sites = [...taps].map(([site, { stages = [] }]) => [
        site,
        ...stages.map(({ lastOnly }) => lastOnly),
      ]);
      const key = JSON.stringify([kind, sites]);
      const known = readings.get(key);
      if (!known) {
        readings.set(key, []);
        return undefined;
      }
      const body = ([stream]: tf.Tensor[]) => {
        const read: tf.Tensor[] = [];
        known.length = 0;
        const standIns = new Map([...taps].map(([site, tap]) => [site, noting(tap, read, known)]));
        const logits = pass(stream as tf.Tensor2D, standIns);
        return [...(logits ? [logits] : []), ...read.map(handed)];
      };
      return tf.tidy(() => {
        const outputs = graphs.run(key, [x], body);
        const take = taker(outputs);
        const logits = outputs.length > known.length ? (take() as tf.Tensor2D) : undefined;
        for (const { stage, at } of known) taps.get(at.site)?.stages?.[stage].read?.(take(), at);
        return { logits };
      });
    },
    dispose: graphs.dispose,
  };
}

/** A tap that notes what the stages of another are to read, and where. */
function noting({ stages = [] }: Tap, read: tf.Tensor[], readings: Reading[]): Tap {
  return (value, at) => {
    for (const [index, stage] of stages.entries()) {
      if (!stage.read) continue;
      read.push(tf.keep(tf.clone(seenBy(stage, value)))); // beyond the layer's `tf.tidy`
      readings.push({ stage: index, at });
    }
    return undefined;
  };
}
