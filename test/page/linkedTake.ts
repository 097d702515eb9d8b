import { packagePath } from "../../lib/disk/packageRoot";
import { loadProbes } from "../../lib/disk/probeFile";
import { startBackend } from "../../lib/engine";
import { streamTake } from "../../lib/live/streamTake";
import type { Strips } from "../../lib/live/strip";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { hashOf } from "../../lib/math/hash";
import { instruments } from "../../lib/music/song";
import type { Examples } from "../../lib/page/example";
import { decodeLink, encodeLink } from "../../lib/page/link";
import { methodStrip } from "../../lib/page/methodStrip";
import { movesAt } from "../../lib/page/moves";

export const examples = require("../../data/page/examples.json") as Examples;

/** Every trait watched, none steered. */
export const off: Strips = Object.fromEntries(
  examples.traits.map((grid) => [grid.trait, methodStrip(grid, "none")]),
);

const strip = (trait: string) => methodStrip(examples.traits.find((grid) => grid.trait === trait)!, "iti");
const piano = { ...off, piano: strip("piano") };
const model = examples.model.fingerprint;

/** A take that is steered from its step 20 on, with a head muted from step 60 on. */
const take = {
  ...{ model, seed: 11, frames: 120, prompt: examples.takes[1].prompt, promptName: "bass, guitar" },
  moves: [
    { step: 0, strips: off },
    { step: 20, strips: piano },
    { step: 60, strips: piano, muted: [{ layer: 3, head: 1 }] },
  ],
};

/** Its address, and the fingerprint of the tokens that Node makes of it. */
export async function linkedTake(): Promise<{ link: string; tokens: string; made: number[] }> {
  const link = await encodeLink(take);
  const { moves, prompt, seed, frames } = await decodeLink(link, model, off);
  await startBackend("wasm");
  const here = await loadMusicGen();
  const probes = Object.fromEntries(
    instruments.map((trait) => [trait, loadProbes(packagePath("data/page", `${trait}.json`), here)]),
  );
  const { steered, moves: made } = await streamTake(here, {
    ...{ prompt: prompt.map((codes) => Int32Array.from(codes)), seed, frames, probes, compare: false },
    stripsAt: (step) => movesAt(moves, step).strips,
    mutedAt: (step) => movesAt(moves, step).muted,
  });
  here.dispose();
  return { link, tokens: hashOf(...steered.tokens), made: made.map(({ step }) => step) };
}
