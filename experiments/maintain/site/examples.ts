import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Audio } from "../../../lib/audio/audio";
import { capturePairs } from "../../../lib/disk/captureCache";
import "../../../lib/disk/soundFont";
import { loadJudge } from "../../../lib/disk/loadJudge";
import { openPairs } from "../../../lib/disk/openData";
import { packagePath } from "../../../lib/disk/packageRoot";
import { isPresent, type PresenceJudge } from "../../../lib/judges/presence";
import { streamTake, wholeSound } from "../../../lib/live/streamTake";
import { defaultStrip, type Strip, type Strips } from "../../../lib/live/strip";
import { loadMusicGen } from "../../../lib/loadMusicGen";
import { promptTokens } from "../../../lib/model/generate/promptTokens";
import type { MusicGen } from "../../../lib/model/musicgen";
import { bandPrompts } from "../../../lib/music/pairs";
import { type Instrument, instruments } from "../../../lib/music/song";
import type { Example, Examples } from "../../../lib/page/example";
import { gridOf } from "../../../lib/page/grid";
import { binPeaks, peaksPerSecond } from "../../../lib/page/peaks";
import { encodeProbes } from "../../../lib/probes/format";
import type { ProbeSet } from "../../../lib/probes/probe";
import { trainProbes } from "../../../lib/probes/train";
import { encodeMuLaw } from "./muLaw";

/*
 * `npm run site -- --examples`: what the page has before its model has loaded, made anew from the bundled model into data/page.
 * Probes of 400 pairs each, as in data/models/README.md, and takes with their sound. About ten minutes on two cores.
 */

/** What is shown: the first take of each kind in which the judge hears what it should. */
const wanted: { trait: Instrument; title: string; settings: Partial<Strip> & Pick<Strip, "method"> }[] = [
  { trait: "drums", title: "Drums join", settings: { method: "smitin", alpha: 30 } },
  { trait: "piano", title: "A piano joins", settings: { method: "smitin", alpha: 20 } },
  { trait: "bass", title: "A bass joins", settings: { method: "iti", alpha: 4 } },
];
const newSeconds = 8;
const tries = 24;

export async function makeExamples(): Promise<void> {
  const folder = packagePath("data/page");
  mkdirSync(folder, { recursive: true });
  const model = await loadMusicGen();
  const probes: Record<string, ProbeSet> = {};
  for (const trait of instruments) {
    const pairs = openPairs("studio", { trait, count: 400, seed: 1 });
    const onProgress = (done: number, total: number) => say(`${trait}: ${done} of ${total} pairs`);
    probes[trait] = trainProbes(await capturePairs(model, pairs, { onProgress }), { seed: 1 });
    writeFileSync(join(folder, `${trait}.json`), encodeProbes(probes[trait]));
  }
  const takes: Example[] = [];
  const judge = await loadJudge();
  for (const each of wanted) takes.push(await findTake({ model, judge, probes, folder }, each));
  const { layers, heads, headDim, codebooks, vocabulary, sampleRate, frameRate } = model;
  const examples: Examples = {
    model: { name: model.name, fingerprint: model.fingerprint },
    shape: { layers, heads, headDim },
    ...{ codebooks, vocabulary, sampleRate, frameRate },
    traits: Object.values(probes).map(gridOf),
    takes,
  };
  writeFileSync(join(folder, "examples.json"), `${JSON.stringify(examples)}\n`);
}

interface Studio {
  model: MusicGen;
  judge: PresenceJudge;
  probes: Record<string, ProbeSet>;
  folder: string;
}

/** The first seed whose steered take has the trait, and its prompt's players, and whose unsteered take lacks the trait. */
async function findTake(
  { model, judge, probes, folder }: Studio,
  { trait, title, settings }: (typeof wanted)[number],
): Promise<Example> {
  const off = Object.entries(probes).map(([name, set]) => [name, { ...defaultStrip(set), on: false }]);
  const strip: Strip = { ...defaultStrip(probes[trait], settings.method), ...settings };
  const strips: Strips = { ...Object.fromEntries(off), [trait]: strip };
  const prompts = await bandPrompts({ trait, count: tries, seconds: 3, seed: 7 });
  for (const [i, { audio, players }] of prompts.entries()) {
    if (players.length < 2) continue;
    const prompt = promptTokens(model, audio);
    const seed = i + 1;
    const frames = Math.round(newSeconds * model.frameRate);
    const take = await streamTake(model, { prompt, frames, seed, probes, stripsAt: () => strips });
    const { steered, plain, promptFrames, seen } = take;
    const from = promptFrames * model.codec.config.hopLength;
    const sounds = [steered, plain!].map((row) => wholeSound(model, row));
    const verdicts = judge.hear(
      sounds.map(({ samples, sampleRate }) => ({ samples: samples.slice(from), sampleRate })),
    );
    const [hasIt, hadIt] = verdicts.map((verdict) => isPresent(verdict, trait));
    say(`${title}, seed ${seed} (${players.join(", ")}): steered ${hasIt}, unsteered ${hadIt}`);
    if (!hasIt || hadIt || !players.every((player) => isPresent(verdicts[0], player))) continue;
    for (const [r, kind] of ["steered", "plain"].entries())
      writeFileSync(join(folder, `${trait}-${kind}.wav`), encodeMuLaw(sounds[r]));
    return {
      name: trait,
      title,
      players,
      seed,
      prompt: prompt.map((codes) => Array.from(codes)),
      strips,
      tokens: steered.tokens.map((codes) => Array.from(codes.slice(promptFrames))),
      plain: plain!.tokens.map((codes) => Array.from(codes.slice(promptFrames))),
      peaks: sounds.map(peaksOf),
      monitor: seen.map(({ monitor }) => monitor.map(short)),
      unsteered: seen.map(({ unsteered }) => unsteered!.map(short)),
      strength: seen.map(({ strength }) => strength.map(short)),
    };
  }
  throw new Error(`${title}: expected one good take of ${tries}, found none`);
}

/** The largest sample of each hundredth of a second, of 255. */
function peaksOf({ samples, sampleRate }: Audio): number[] {
  return binPeaks(samples, sampleRate / peaksPerSecond).map((peak) => Math.round(255 * Math.min(1, peak)));
}

function short(value: number): number {
  return Number(value.toFixed(3));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
