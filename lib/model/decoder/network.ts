import { type Activation, type Linear, type Look, type Memory, type TextAttention, tf } from "../../engine";
import type { SiteKind } from "../taps";

/*
 * MusicGen's decoder, layer by layer: the same code for every engine, and for training, which brings multiplications and
 * attention that have gradients (experiments/train/decoderNetwork.ts).
 */

/** One layer's matrices, each with the LayerNorm before it. `Multiplication`: what applies one. */
export interface LayerWeights<Multiplication extends Pick<Linear, "apply"> = Linear> {
  qkv: Multiplication; // [hidden, 3 x hidden]: queries, keys, values
  out: Multiplication; // [hidden, hidden]: W_O
  crossQuery: Multiplication; // [hidden, hidden]
  crossKeyValue: Multiplication; // [hidden, 2 x hidden]
  crossOut: Multiplication; // [hidden, hidden]
  up: Multiplication; // [hidden, ffn]
  down: Multiplication; // [ffn, hidden]
}

/** What a layer has besides its weights. */
export interface LayerPass {
  rows: number;
  activation: Activation;
  memory: Pick<Memory, "attend">;
  /** Without one the layer attends to no text. */
  text?: Pick<TextAttention, "attend">;
  /** The last position of every row alone goes on. */
  lastOnly?: boolean;
  /** Who is at a site: gets its value, gives what goes on in its place, or undefined where the pass ends. */
  at?(kind: SiteKind): Visitor | undefined;
}

type Visitor = <T extends tf.Tensor>(value: T) => T | undefined;

/**
 * Self-attention, attention to the text, MLP: each reads the normalised residual stream and adds to it (pre-norm).
 * Reference: transformers, modeling_musicgen.py, MusicgenDecoderLayer.
 * @param x the residual stream [rows x count, hidden]
 * @returns the stream after the layer, [rows x (count or 1), hidden]; undefined when the pass ended on the way
 */
export function runLayer(
  x: tf.Tensor2D,
  weights: Omit<LayerWeights<Pick<Linear, "apply">>, "crossKeyValue">,
  { rows, activation, memory, text, lastOnly = false, at = () => undefined }: LayerPass,
): tf.Tensor2D | undefined {
  const visit = (kind: SiteKind, value: tf.Tensor2D) => {
    const visitor = at(kind);
    return visitor ? visitor(value) : value;
  };

  const qkv = visitParts(weights.qkv.apply(x, { normalize: true }), at); // [rows x count, 3 x hidden]
  const seen = qkv && visitPattern(at("selfAttention.pattern"), (look) => memory.attend(qkv, lastOnly, look));
  const z = seen && visit("selfAttention.z", seen); // [rows x count, hidden]
  if (!z) return undefined;
  let stream = weights.out.apply(z, { add: lastOnly ? lastOf(x, rows) : x });

  if (text) {
    const query = weights.crossQuery.apply(stream, { normalize: true }); // [rows x count, hidden]
    const read = visitPattern(at("crossAttention.pattern"), (look) => text.attend(query, look));
    const crossZ = read && visit("crossAttention.z", read); // [rows x count, hidden]
    if (!crossZ) return undefined;
    stream = weights.crossOut.apply(crossZ, { add: stream });
  }

  const inner = weights.up.apply(stream, { normalize: true, activation }); // [rows x count, ffn]
  const visitor = at("mlp.out");
  if (visitor) {
    const out = visitor(weights.down.apply(inner)); // [rows x count, hidden]
    if (!out) return undefined;
    stream = tf.add(stream, out);
  } else {
    stream = weights.down.apply(inner, { add: stream });
  }
  return visit("residual", stream);
}

/** Queries, keys and values with whoever is at one of them. [rows x count, 3 x hidden]; undefined when the pass ends there */
function visitParts(qkv: tf.Tensor2D, at: NonNullable<LayerPass["at"]>): tf.Tensor2D | undefined {
  const visitors = (["q", "k", "v"] as const).map((part) => at(`selfAttention.${part}`));
  if (!visitors.some(Boolean)) return qkv;
  const parts = tf.split(qkv, 3, 1) as tf.Tensor2D[]; // [rows x count, hidden] each
  const after: tf.Tensor2D[] = [];
  for (const [p, part] of parts.entries()) {
    const visitor = visitors[p];
    const visited = visitor ? visitor(part) : part;
    if (!visited) return undefined;
    after.push(visited);
  }
  return after.every((part, p) => part === parts[p]) ? qkv : tf.concat(after, 1);
}

/** What attention gives with whoever is at its pattern; undefined when the pass ends there. */
function visitPattern(
  visitor: Visitor | undefined,
  attend: (look?: Look) => tf.Tensor2D,
): tf.Tensor2D | undefined {
  if (!visitor) return attend();
  let isEnd = false;
  const z = attend((pattern) => {
    const after = visitor(pattern);
    isEnd = !after;
    return after ?? pattern;
  });
  return isEnd ? undefined : z;
}

/** The last position of every row. [rows x count, size] -> [rows, size] */
export function lastOf(x: tf.Tensor2D, rows: number): tf.Tensor2D {
  const [all, size] = x.shape;
  const grid = tf.reshape(x, [rows, all / rows, size]) as tf.Tensor3D;
  return tf.reshape(tf.slice3d(grid, [0, all / rows - 1, 0], [-1, 1, -1]), [rows, size]);
}
