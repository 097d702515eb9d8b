import { tf } from "../engine";

/**
 * The decoder knows one thing about interpretability: at each named site, a tap may read the value and may replace it.
 * Capture, steering, monitoring, ablation and patching are taps. A site without a tap costs nothing.
 *
 * In the order in which a layer comes by them:
 *
 * | site                              | value                                                        | shape                             |
 * | --------------------------------- | ------------------------------------------------------------ | --------------------------------- |
 * | `layers.N.selfAttention.q`        | every head's queries, before the scaling by 1/sqrt(headDim)  | [rows, positions, heads, headDim] |
 * | `layers.N.selfAttention.k`        | its keys, of the positions fed                               | [rows, positions, heads, headDim] |
 * | `layers.N.selfAttention.v`        | its values, of the positions fed                             | [rows, positions, heads, headDim] |
 * | `layers.N.selfAttention.pattern`  | the share that each position so far has in what a head reads | [rows, positions, heads, keys]    |
 * | `layers.N.selfAttention.z`        | every head's output, before the output projection W_O        | [rows, positions, heads, headDim] |
 * | `layers.N.crossAttention.pattern` | the shares of the text's tokens (absent without text)        | [rows, positions, heads, tokens]  |
 * | `layers.N.crossAttention.z`       | what heads read of the text (absent without text)            | [rows, positions, heads, headDim] |
 * | `layers.N.mlp.out`                | what the MLP adds to the residual stream                     | [rows, positions, hidden]         |
 * | `layers.N.residual`               | the residual stream after the layer                          | [rows, positions, hidden]         |
 *
 * `positions` are those fed, `keys` all so far. A pattern's last axis adds up to 1. A row without text looks at all tokens alike,
 * and gets nothing from them. Names as in TransformerLens (hook_q, hook_k, hook_v, hook_pattern, hook_z), whose patterns are
 * [batch, head, query, key].
 */
export type SiteKind =
  | "selfAttention.q"
  | "selfAttention.k"
  | "selfAttention.v"
  | "selfAttention.pattern"
  | "selfAttention.z"
  | "crossAttention.pattern"
  | "crossAttention.z"
  | "mlp.out"
  | "residual";

/** In the order in which a layer comes by them. */
export const siteKinds: SiteKind[] = [
  "selfAttention.q",
  "selfAttention.k",
  "selfAttention.v",
  "selfAttention.pattern",
  "selfAttention.z",
  "crossAttention.pattern",
  "crossAttention.z",
  "mlp.out",
  "residual",
];

/** Where and when a tap is called. */
export interface TapPoint {
  site: string;
  layer: number;
  /**
   * Index of the first of `positions`. While generating it counts from the first new position: the prompt's positions
   * are negative. Elsewhere it counts from the first position fed.
   */
  step: number;
  /**
   * How many positions the value holds: many in a prefill (from the last layer's pattern on it may be the last one alone), 1 in
   * a decoding step.
   */
  positions: number;
  /** True while the prompt is read, all its positions at once. */
  prefill: boolean;
}

/**
 * Reads a value, and replaces it when it returns a tensor (of the same shape); one that only looks returns nothing. It runs inside the decoder's `tf.tidy`:
 * what is to outlive the call needs `tf.keep`, and reading numbers is synchronous (`dataSync`).
 */
export interface Tap {
  // biome-ignore lint/suspicious/noConfusingVoidType: a tap that only looks may end without a return
  (value: tf.Tensor, at: TapPoint): tf.Tensor | undefined | void;
  /** What it does, where it is made of stages: an engine that runs a step as one graph can then go on doing so. */
  stages?: Stage[];
}

/** One stage of a tap: value x scale + shift, then a look at the result. What it changes does not depend on the value. */
export interface Stage {
  /** Called before the value is known; the tensors broadcast to it. @param rows of the value */
  change?(at: TapPoint, rows: number): Change | undefined;
  /** Whether `change` may ever give a scale. */
  scales?: boolean;
  /** Sees the value as this stage left it; where the pass is one graph, once the pass is over. */
  read?(value: tf.Tensor, at: TapPoint): void;
  /** Whether `read` sees the last position alone. */
  lastOnly?: boolean;
}

export interface Change {
  scale?: tf.Tensor;
  shift?: tf.Tensor;
}

export type Taps = Map<string, Tap>;

/** A tap made of stages, one after another: `staged({ read })` for one that only looks. */
export function staged(...stages: Stage[]): Tap {
  const tap: Tap = (value, at) => {
    let now = value;
    for (const stage of stages) {
      const { scale, shift } = stage.change?.(at, value.shape[0]) ?? {};
      if (scale) now = tf.mul(now, scale);
      if (shift) now = tf.add(now, shift);
      stage.read?.(seenBy(stage, now), at);
    }
    return now === value ? undefined : now;
  };
  tap.stages = stages;
  return tap;
}

/** What a stage reads of a value: [rows, positions, ...], or the last position of it. */
export function seenBy({ lastOnly }: Stage, value: tf.Tensor): tf.Tensor {
  const [, positions] = value.shape;
  return lastOnly && positions > 1 ? tf.slice(value, [0, positions - 1], [-1, 1]) : value;
}

/** The name of a site, as in `site(3, "selfAttention.z")`. */
export function site(layer: number, kind: SiteKind): string {
  return `layers.${layer}.${kind}`;
}

/**
 * Refuse taps on sites that the model does not have, which would otherwise silently never be called.
 * @throws Error naming the site
 */
export function checkTaps(taps: Taps, layers: number): void {
  for (const name of taps.keys()) checkSite(name, layers);
}

/** @throws Error when the model has no such site */
export function checkSite(name: string, layers: number): void {
  const [, layer, kind] = /^layers\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (!siteKinds.includes(kind as SiteKind) || Number(layer) >= layers) {
    throw new Error(
      `tap on "${name}": expected layers.N.${siteKinds.join(` | layers.N.`)} with N from 0 to ${layers - 1}`,
    );
  }
}

/** Several sets of taps as one; taps on one site run in the order given, each on what the one before returned. */
export function joinTaps(...all: (Taps | undefined)[]): Taps {
  const joined: Taps = new Map();
  for (const taps of all) {
    for (const [name, tap] of taps ?? []) {
      const before = joined.get(name);
      joined.set(name, before ? chain(before, tap) : tap);
    }
  }
  return joined;
}

/**
 * Taps that each see some rows of the batch, as if these were all; groups follow one another. A value that holds the
 * batch several times (guided: with text, then without) is shown to a group as that many times its rows.
 */
export function tapsByRows(groups: { rows: number; taps: Taps }[]): Taps {
  if (groups.length === 1) return groups[0].taps;
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const sizes = groups.map((group) => group.rows);
  const joined: Taps = new Map();
  for (const name of new Set(groups.flatMap(({ taps }) => [...taps.keys()]))) {
    joined.set(name, (value, at) => {
      const times = value.shape[0] / rows;
      const pieces = tf.split(value, new Array<number[]>(times).fill(sizes).flat()); // times x groups
      let isReplaced = false;
      for (const [g, { taps }] of groups.entries()) {
        const tap = taps.get(name);
        if (!tap) continue;
        const mine = pieces.filter((_, i) => i % groups.length === g);
        const after = tap(tf.concat(mine), at);
        if (!after) continue;
        isReplaced = true;
        for (const [t, piece] of tf.split(after, times).entries()) pieces[t * groups.length + g] = piece;
      }
      return isReplaced ? tf.concat(pieces) : undefined;
    });
  }
  return joined;
}

function chain(first: Tap, second: Tap): Tap {
  if (first.stages && second.stages) return staged(...first.stages, ...second.stages);
  return (value, at) => {
    const replaced = first(value, at);
    return second(replaced ?? value, at) ?? replaced;
  };
}
