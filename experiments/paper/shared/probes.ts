import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { telling } from "./telling";
import "../../../lib/disk/soundFont";
import { capturePairs } from "../../../lib/disk/captureCache";
import { writeAtomically } from "../../../lib/disk/writeAtomically";
import { hashOf } from "../../../lib/math/hash";
import { bandPairs } from "../../../lib/music/pairs";
import type { Instrument } from "../../../lib/music/song";
import { checkActivations, type HeadActivations } from "../../../lib/probes/activations";
import { captureHeads } from "../../../lib/probes/capture";
import { captureKey } from "../../../lib/probes/capturedPart";
import type { ProbeSet } from "../../../lib/probes/probe";
import { trainProbes } from "../../../lib/probes/train";
import type { Lab } from "./lab";
import { inTurn, isRecorded, recordedPairs } from "./recorded";

/** Activations of a trait's clips, and the probes trained on them. */
export interface Trained {
  activations: HeadActivations;
  probes: ProbeSet;
}

const kept = new Map<string, Trained>();

/** The probes of a trait that every experiment shares; captured once, then read from the folder's cache. */
export async function trainedFor(lab: Lab, trait: string): Promise<Trained> {
  return isRecorded(lab) ? trainedOnSongs(lab, trait) : trainedOnBand(lab, trait as Instrument);
}

async function trainedOnSongs(lab: Lab, trait: string): Promise<Trained> {
  const { model, profile, folder, signal } = lab;
  const pairs = recordedPairs(lab, "probes", { trait, count: profile.pairs, seconds: profile.pairSeconds });
  return trainedOn(lab, `${trait}-${captureKey(model, pairs)}`, async () => {
    const onProgress = telling(lab, `pairs with and without ${trait}`);
    const cache = join(folder, ".cache/captures");
    return pairsInTurn(await capturePairs(model, pairs, { cache, signal, onProgress }));
  });
}

async function trainedOnBand(lab: Lab, trait: Instrument): Promise<Trained> {
  const { model, profile, seed } = lab;
  const { pairs: count, pairSeconds: seconds } = profile;
  const capture = async () => {
    const onPairs = telling(lab, `songs with and without ${trait}`);
    const pairs = await bandPairs({ trait, count, seconds, seed, onProgress: onPairs });
    const recipe = `${count} pairs of ${seconds} s with and without ${trait}, studio band, seed ${seed}`;
    return captureHeads(model, pairs, {
      recipe,
      onProgress: telling(lab, `${trait}: clips read`),
    });
  };
  return trainedOn(
    lab,
    `${trait}-${hashOf(model.fingerprint, JSON.stringify([count, seconds, seed]))}`,
    capture,
  );
}

/**
 * Probes of any clips, their activations kept in the folder's cache.
 * @param key names clips and model
 */
export async function trainedOn(
  lab: Lab,
  key: string,
  capture: () => Promise<HeadActivations>,
): Promise<Trained> {
  const path = join(lab.folder, ".cache", key);
  const known = kept.get(path);
  if (known) return known;
  let activations = readActivations(path);
  if (!activations) {
    activations = await capture();
    writeActivations(path, activations);
  }
  const probes = probesFrom(lab, activations);
  kept.set(path, { activations, probes });
  return { activations, probes };
}

/** Probes of these activations, with the lab's seed. */
export function probesFrom(lab: Lab, activations: HeadActivations): ProbeSet {
  const what = `${activations.trait}: probes of ${activations.labels.length} clips`;
  return trainProbes(activations, {
    folds: 5,
    seed: lab.seed,
    onProgress: telling(lab, what),
  });
}

/** The clips of the first pairs only. */
export function firstPairs(activations: HeadActivations, pairs: number): HeadActivations {
  const { shape, labels, pair, group } = activations;
  const [clips, ...rest] = shape;
  const count = Math.min(clips, 2 * pairs); // pairs follow one another, two clips each
  return {
    ...activations,
    z: activations.z.slice(0, count * rest[0] * rest[1] * rest[2]),
    shape: [count, ...rest],
    labels: labels.slice(0, count),
    pair: pair.slice(0, count),
    group: group?.slice(0, count),
    recipe: `the first ${count / 2} of ${activations.recipe}`,
  };
}

/** The same pairs, those of different artists in turn, so that the first few of them are of many. */
function pairsInTurn(activations: HeadActivations): HeadActivations {
  const { shape, z, group } = activations;
  const [clips, ...rest] = shape;
  const size = 2 * rest[0] * rest[1] * rest[2];
  const numbers = Array.from({ length: clips / 2 }, (_, pair) => pair);
  const order = inTurn(numbers, (pair) => group![2 * pair]);
  const turned = new Float32Array(z.length);
  for (const [to, from] of order.entries()) turned.set(z.subarray(from * size, (from + 1) * size), to * size);
  return {
    ...activations,
    z: turned,
    group: Int32Array.from(group!, (_, clip) => group![2 * order[clip >> 1]]),
  };
}

/** z as plain float32 numbers, all else as JSON beside it, which is written last. */
function writeActivations(path: string, { z, labels, pair, group, ...rest }: HeadActivations): void {
  const lists = { labels: [...labels], pair: [...pair], group: group && [...group] };
  writeAtomically(`${path}.z`, new Uint8Array(z.buffer, z.byteOffset, z.byteLength));
  writeAtomically(`${path}.json`, JSON.stringify({ ...rest, ...lists }));
}

function readActivations(path: string): HeadActivations | undefined {
  if (!existsSync(`${path}.json`)) return undefined;
  try {
    const bytes = readFileSync(`${path}.z`);
    const { labels, pair, group, ...rest } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const activations: HeadActivations = {
      ...rest,
      z: new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
      labels: Uint8Array.from(labels),
      pair: Int32Array.from(pair),
      group: group && Int32Array.from(group),
    };
    checkActivations(activations);
    return activations;
  } catch (error) {
    throw new Error(
      `${path}.json: expected kept activations, found ${(error as Error).message}; remove the file to make them anew`,
    );
  }
}
