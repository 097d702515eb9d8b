import type { SteeredModel } from "../model/intervention";
import type { ModelIdentity, ProbeSet } from "../probes/probe";
import { type Direction, type Estimate, type EstimateOptions, estimate } from "./estimator";
import type { Gate } from "./gate";
import type { Monitor } from "./monitor";
import type { Schedule } from "./schedule";
import type { Selector } from "./selector";
import { push } from "./smitin";

/** One row's steering: any number of traits, each with a channel of its own, and heads that are replaced. */
export interface Plan {
  channels: Channel[];
  edits: Edit[];
}

/** The steering of one trait: what is added to z, when, and how a monitor turns it down. Plain data and three functions. */
export interface Channel {
  trait: string;
  model: ModelIdentity;
  /** alpha weight sigma theta of the heads that get anything, a head once */
  vectors: Estimate[];
  schedule: Schedule;
  gate: Gate;
  /** without one the gate is asked with C = 0, and the trace holds no C */
  monitor?: Monitor;
  /** first steered position: that of the first new frame, or the prompt's first */
  from: "new" | "start";
}

/** Heads whose z gives way to another, before anything is added: ablation, patching. */
export interface Edit {
  /** in errors: what it is called */
  name: string;
  /** where the other z came from; none when it is no model's */
  model?: ModelIdentity;
  heads: Replacement[];
  /** share of the other z: 1 replaces, 0.5 goes half the way */
  schedule: Schedule;
  from: "new" | "start";
}

/** The other z of one head. */
export interface Replacement {
  layer: number;
  head: number;
  /**
   * @param position of the take, counted from its first: the start token's
   * @returns [headDim], the same array where it is the same; 0 for zeros; undefined leaves the head alone
   */
  at(position: number): Float32Array | 0 | undefined;
}

/**
 * alpha w sigma theta, head by head (`push` of smitin.ts; in ITI, w is 1 or 0).
 * @throws RangeError unless |alpha| <= 1000
 */
export function vectors(
  probes: ProbeSet,
  alpha: number,
  selector: Selector,
  direction: Direction,
  options: EstimateOptions,
): Estimate[] {
  checkAlpha(alpha);
  const factors = selector(probes).map((weight) => alpha * weight);
  const isChosen = (_: unknown, i: number) => factors[i] !== 0;
  const chosen = factors.filter(isChosen);
  return estimate({ ...probes, heads: probes.heads.filter(isChosen) }, direction, options)
    .map((head, i) => ({ ...head, vector: push(chosen[i], head.vector) }))
    .filter(({ vector }) => vector.some((value) => value !== 0));
}

/** @throws RangeError unless |alpha| <= 1000 */
export function checkAlpha(alpha: number): void {
  if (Math.abs(alpha) <= 1000) return;
  throw new RangeError(`alpha: expected a number from -1000 to 1000, found ${alpha}`);
}

/**
 * Refuse a plan that cannot be meant for this model.
 * @throws Error on probes or activations of another model, on a head that the model does not have or that a channel
 *   lists twice, on a vector of another length
 */
export function checkPlan({ channels, edits }: Plan, model: SteeredModel): void {
  for (const { trait, model: source, vectors } of channels) {
    sameModel("the probes", source, model);
    const seen = new Set<string>();
    for (const { layer, head, vector } of vectors) {
      checkHead(trait, layer, head, model);
      checkLength(trait, layer, head, vector, model);
      const key = `layer ${layer}, head ${head}`;
      if (seen.has(key)) throw new Error(`${trait}: expected each head once, found ${key} twice`);
      seen.add(key);
    }
  }
  for (const { name, model: source, heads } of edits) {
    if (source) sameModel(`the activations of ${name}`, source, model);
    for (const { layer, head } of heads) checkHead(name, layer, head, model);
  }
}

/** @throws Error unless the values are one head's */
export function checkLength(
  name: string,
  layer: number,
  head: number,
  values: Float32Array,
  { headDim }: { headDim: number },
): void {
  if (values.length === headDim) return;
  throw new Error(
    `${name}: layer ${layer}, head ${head}: expected ${headDim} values, found ${values.length}`,
  );
}

/** @throws Error when the model has no such head */
export function checkHead(
  name: string,
  layer: number,
  head: number,
  { layers, heads }: { layers: number; heads: number },
): void {
  const isThere = (i: number, count: number) => Number.isInteger(i) && i >= 0 && i < count;
  if (isThere(layer, layers) && isThere(head, heads)) return;
  throw new Error(
    `${name}: there is no layer ${layer}, head ${head}: the model has ${layers} layers of ${heads} heads`,
  );
}

function sameModel(what: string, source: ModelIdentity, model: ModelIdentity): void {
  if (source.fingerprint === model.fingerprint) return;
  throw new Error(
    `${what} belong to model ${source.name}, fingerprint ${source.fingerprint}; this is ${model.name}, fingerprint ${model.fingerprint}`,
  );
}
