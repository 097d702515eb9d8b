import { readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { checkSoundName, isSoundName } from "../audio/sound";
import { dataPrompts } from "../disk/openData";
import { readAudio } from "../disk/soundFile";
import { checkTokens } from "../model/generate/tokens";
import type { MusicGen } from "../model/musicgen";
import { bandPrompts } from "../music/pairs";
import { type Instrument, instruments } from "../music/song";
import type { SweepPrompt } from "../sweep/sweepPrompt";
import { readCodes } from "./codesFile";

/** What a sweep's takes begin with. */
export interface PromptWish {
  /** Files of sound or codes, or folders of them. */
  prompts?: string[];
  /** Otherwise a data set, by its name as for `openPairs`: the studio band plays, or there are recorded songs. */
  data: string;
  count: number;
  promptSeconds: number;
  promptSeed: number;
}

/** @throws Error naming a file that cannot be read, or when the band cannot play without the trait, or nothing recorded lacks it */
export async function gatherPrompts(
  { prompts, data, count, promptSeconds: seconds, promptSeed: seed }: PromptWish,
  trait: string,
  model: MusicGen,
): Promise<SweepPrompt[]> {
  if (prompts) return Promise.all(prompts.flatMap(filesOf).map((path) => readPromptFile(path, model)));
  if (data !== "studio")
    return dataPrompts(data, { trait, count, seconds, seed, rate: model.sampleRate, split: "test" });
  if (!instruments.includes(trait as Instrument))
    throw new Error(
      `--prompts: expected files (or --data) for ${trait}, which the studio band does not play, found none`,
    );
  return bandPrompts({ trait: trait as Instrument, count, seconds, seed });
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const found = readdirSync(path)
    .filter((name) => isSoundName(name) || extname(name).toLowerCase() === ".json")
    .sort()
    .map((name) => join(path, name));
  for (const file of found) if (isSoundName(file)) checkSoundName(file);
  if (found.length > 0) return found;
  throw new Error(`${path}: expected prompts (sound files, or .json with codes), found none`);
}

async function readPromptFile(path: string, model: MusicGen): Promise<SweepPrompt> {
  const id = basename(path, extname(path));
  if (extname(path).toLowerCase() !== ".json") return { id, audio: await readAudio(path) };
  const tokens = readCodes(path);
  checkTokens(tokens, model.codebooks, model.vocabulary, path);
  return { id, tokens };
}
