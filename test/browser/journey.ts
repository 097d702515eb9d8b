import {
  bandPairs,
  bandPrompts,
  captureHeads,
  encodeProbes,
  generate,
  iti,
  type MusicGen,
  type PresenceJudge,
  smitin,
  streamTake,
  trainProbes,
} from "../../lib/browser";

/** What comes of the lab's way from sound to steered sound, as plain data, to be compared between machines. */
export interface Journey {
  /** What the band plays: sums of the samples, and a few of them. */
  band: number[][];
  /** A probe file's text. */
  probes: string;
  /** Tokens by name, [codebooks][frames]. */
  takes: Record<string, number[][]>;
  /** What the judge hears in the steered take, [windows][traits]. */
  heard: number[][];
}

/** The same little journey, wherever it runs: the band plays, probes are trained, music is continued and steered, the judge hears. */
export async function journey(model: MusicGen, judge: PresenceJudge): Promise<Journey> {
  const pairs = await bandPairs({ trait: "drums", count: 6, seconds: 1.5, seed: 3 });
  const probes = trainProbes(await captureHeads(model, pairs), { seed: 1, folds: 3 });
  const [{ audio: prompt }] = await bandPrompts({ trait: "drums", count: 1, seconds: 1.5, seed: 3 });
  const greedy = { frames: 75, greedy: true };
  const takes = {
    "from nothing": await generate(model, greedy),
    "from a text": await generate(model, { ...greedy, text: "drums and bass" }),
    "from sound": await generate(model, { ...greedy, prompt }),
    "steered by ITI": await generate(model, { ...greedy, prompt, steer: iti(probes, { alpha: 10 }) }),
    "steered by SMITIN": await generate(model, { ...greedy, prompt, steer: smitin(probes, { alpha: 10 }) }),
    sampled: await generate(model, { frames: 75, seed: 5, prompt }),
  };
  const { steered } = await streamTake(model, {
    ...{ prompt: takes["from sound"].tokens.map((codes) => codes.slice(0, 75)), frames: 50, seed: 5 },
    probes: {},
    stripsAt: () => ({}),
  });
  const plain = (tokens: ArrayLike<number>[]) => tokens.map((codes) => Array.from(codes));
  const named = Object.entries(takes).map(([name, { tokens }]) => [name, plain(tokens)]);
  const [{ probabilities }] = judge.hear([takes["steered by ITI"].audio]);
  return {
    band: pairs.map(({ with: { samples } }) => [
      samples.reduce((sum, x) => sum + x, 0),
      ...samples.slice(9000, 9005),
    ]),
    probes: encodeProbes(probes),
    takes: { ...Object.fromEntries(named), streamed: plain(steered.tokens) },
    heard: probabilities,
  };
}
