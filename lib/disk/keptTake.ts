import { readFileSync } from "node:fs";
import { join } from "node:path";
import { currentEngine } from "../engine";
import { parseObject } from "../files/json";
import type { Move } from "../live/liveSteer";
import { type StreamedTake, type StreamSource, streamTake, wholeSound } from "../live/streamTake";
import type { Strips } from "../live/strip";
import type { MusicGen } from "../model/musicgen";
import { decodeProbes, encodeProbes } from "../probes/format";
import type { ProbeSet } from "../probes/probe";
import { writeWav } from "./soundFile";
import { writeAtomically } from "./writeAtomically";

const kind = "smitin-console-take";

/** A take on disk. */
export interface KeptTake {
  wav: string;
  /** All that is needed to make it again: model, prompt, seed, probes, every move. */
  json: string;
}

/**
 * Write a take as NAME.wav (prompt and new music, 16 bits) and NAME.json.
 * @throws Error on a take that has no new frame, or of the file system
 */
export function keepTake(
  model: MusicGen,
  folder: string,
  name: string,
  take: StreamedTake,
  { source, probes }: { source: StreamSource; probes: Record<string, ProbeSet> },
): KeptTake {
  const [wav, json] = [join(folder, `${name}.wav`), join(folder, `${name}.json`)];
  const { text, seed, sampling } = source;
  const frames = take.steered.tokens[0].length - take.promptFrames;
  if (frames === 0) throw new Error(`take ${name}: expected at least one new frame, found none`);
  const plain = {
    kind,
    model: { name: model.name, fingerprint: model.fingerprint },
    engine: currentEngine().name,
    seed,
    text,
    sampling,
    frames,
    asked: source.frames,
    prompt: source.prompt.map((codes) => Array.from(codes)),
    moves: take.moves,
    probes: Object.fromEntries(Object.entries(probes).map(([trait, set]) => [trait, encodeProbes(set)])),
    tokens: take.steered.tokens.map((codes) => Array.from(codes)),
  };
  writeWav(wav, wholeSound(model, take.steered));
  writeAtomically(json, `${JSON.stringify(plain)}\n`);
  return { wav, json };
}

/**
 * Make a kept take again, move by move.
 * @throws Error when the file is no kept take, or another model's
 */
export async function replayTake(model: MusicGen, path: string): Promise<StreamedTake> {
  const found = readTake(path);
  if (found.model.fingerprint !== model.fingerprint) {
    throw new Error(
      `${path}: expected a take of model ${model.name}, fingerprint ${model.fingerprint}, found one of ${found.model.name}, fingerprint ${found.model.fingerprint}`,
    );
  }
  const { moves } = found;
  const stop = new AbortController(); // a take that was stopped was longer in its making: what came next counted
  const sets = Object.entries(found.probes);
  return streamTake(model, {
    prompt: found.prompt.map((codes) => Int32Array.from(codes)),
    text: found.text,
    frames: found.asked,
    hold(newFrames) {
      if (newFrames >= found.frames && found.frames < found.asked) stop.abort();
    },
    signal: stop.signal,
    seed: found.seed,
    sampling: found.sampling,
    probes: Object.fromEntries(sets.map(([trait, text]) => [trait, decodeProbes(text, path, model)])),
    stripsAt: (step) => stripsOf(moves, step),
    compare: false,
  });
}

/** What a kept take's file says of it, as far as it is needed to make it again. */
export interface TakeFile {
  model: { name: string; fingerprint: string };
  seed: number;
  text?: string;
  sampling?: StreamSource["sampling"];
  frames: number;
  asked: number;
  prompt: number[][];
  moves: Move[];
  probes: Record<string, string>;
}

/** @throws Error naming the file, and what of it is no kept take's */
export function readTake(path: string): TakeFile {
  const found = parseObject(readFileSync(path, "utf8"), path);
  if (found.kind !== kind) throw new Error(`${path}: expected a take of the console, kind "${kind}"`);
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
  const isToken = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const isMove = (move: unknown) =>
    isObject(move) && Number.isSafeInteger(move.step) && isObject(move.strips);
  const isList = (value: unknown, isItem: (item: unknown) => boolean) =>
    Array.isArray(value) && value.every(isItem);
  const checks: [field: string, expected: string, fits: boolean][] = [
    [
      "model",
      "a name and a fingerprint",
      isObject(found.model) && typeof found.model.fingerprint === "string",
    ],
    ["seed", "an integer", Number.isSafeInteger(found.seed)],
    ["text", "a text or nothing", ["string", "undefined"].includes(typeof found.text)],
    ["sampling", "an object or nothing", found.sampling === undefined || isObject(found.sampling)],
    ["frames", "a positive integer", isCount(found.frames)],
    ["asked", "a positive integer", isCount(found.asked)],
    ["prompt", "lists of tokens", isList(found.prompt, (row) => isList(row, isToken))],
    ["moves", "at least one move", isList(found.moves, isMove) && (found.moves as unknown[]).length > 0],
    [
      "probes",
      "probes by trait",
      isObject(found.probes) && isList(Object.values(found.probes), (text) => typeof text === "string"),
    ],
  ];
  for (const [field, expected, fits] of checks)
    if (!fits) {
      const brief = (JSON.stringify(found[field]) ?? "nothing").slice(0, 60);
      throw new Error(`${path}: ${field}: expected ${expected}, found ${brief}`);
    }
  return found as unknown as TakeFile;
}

/** What held at a step. */
function stripsOf(moves: Move[], step: number): Strips {
  return (moves.findLast((move) => move.step <= step) ?? moves[0]).strips;
}
