import { tf } from "../../engine";
import { type Graph, traceGraph } from "../../engine/native/graph";

/** Graphs by what tells them apart. */
export interface GraphStore {
  /** Run a body's graph, tracing it where there is none. @param inputs as many as ever under this key */
  run(key: string, inputs: tf.Tensor[], body: (standIns: tf.Tensor[]) => tf.Tensor[]): tf.Tensor[];
  dispose(): void;
}

/** Graphs that are kept, the latest ones: a take needs one to four, a few MB each on a large model. */
const most = 24;

export function graphStore(): GraphStore {
  const graphs = new Map<string, Graph>();
  return {
    run(key, inputs, body) {
      const known = graphs.get(key);
      const { graph, outputs } = known
        ? { graph: known, outputs: known.run(inputs) }
        : traceGraph(inputs, body);
      graphs.delete(key);
      graphs.set(key, graph); // the latest last
      const [oldest] = graphs;
      if (graphs.size > most) {
        oldest[1].dispose();
        graphs.delete(oldest[0]);
      }
      return outputs;
    },
    dispose() {
      for (const graph of graphs.values()) graph.dispose();
      graphs.clear();
    },
  };
}

/** A kept tensor given over to the `tf.tidy` around. */
export function handed(kept: tf.Tensor): tf.Tensor {
  const given = tf.clone(kept);
  kept.dispose();
  return given;
}

/** Gives one tensor of a list after another. */
export function taker(tensors: tf.Tensor[]): () => tf.Tensor {
  let next = 0;
  return () => tensors[next++];
}
