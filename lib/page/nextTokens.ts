import type { Sampling } from "../model/generate/sampling";
import type { NextTokens } from "./protocol";

const shown = 24;

/** The likeliest tokens and their probabilities, as they are drawn from: tempered, of the k likeliest. */
export function nextTokens(logits: Float32Array, { temperature = 1, topK = 250 }: Sampling): NextTokens {
  const order = Array.from(logits, (_, token) => token).sort((a, b) => logits[b] - logits[a]);
  const kept = order.slice(0, topK || order.length);
  const weights = kept.map((token) => Math.exp((logits[token] - logits[kept[0]]) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    token: kept.slice(0, shown),
    probability: weights.slice(0, shown).map((weight) => Number((weight / total).toFixed(4))),
  };
}
