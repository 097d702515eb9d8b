import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { type Audio, excerpt } from "../../lib/audio/audio";
import { judgeEmbedding } from "../../lib/judges/embedding";
import type { Verdict } from "../../lib/judges/presence";
import { mean } from "../../lib/judges/statistics";
import { encodeProbes } from "../../lib/probes/format";
import type { CellResult } from "../../lib/sweep/cell";
import { hashOf } from "../../lib/sweep/key";
import type { SweepJudge } from "../../lib/sweep/measure";
import type { SweepOptions } from "../../lib/sweep/options";
import type { PromptSource } from "../../lib/sweep/prompt";
import { cellAudio, type Sweep, sweepSteering } from "../../lib/sweep/sweep";
import { type Keeping, keepingOf } from "./keeping";
import type { Lab } from "./lab";
import { isJudged } from "./traits";

/** What the judge makes of a cell's new music. */
export interface Heard {
  /** Mean probability of each trait over the judge's windows. */
  scores: Record<string, number>;
  /** [windows][dimension] */
  embedding: number[][];
  /** What the take keeps of its prompt, where that was asked for. */
  keeping?: Keeping;
}

/** A sweep whose cells have all been listened to. */
export interface ListenedSweep extends Sweep {
  /** By the cell's key. */
  heard: Map<string, Heard>;
}

export type ListenedOptions = Omit<
  SweepOptions,
  "judge" | "folder" | "signal" | "onProgress" | "onCell" | "prompts"
> & {
  /** Of the experiment, and of the sweep within it. */
  experiment: string;
  name: string;
  prompts: PromptSource[];
  /** Whether what takes keep of their prompts is measured too. */
  keeps?: boolean;
};

/**
 * `sweepSteering`, judged where the judge knows the trait, in a folder of its own, named by all that its cells depend on, so that runs with other sizes or models
 * never meet; the judge's view of each cell is kept beside the cells.
 */
export async function listenedSweep(lab: Lab, options: ListenedOptions): Promise<ListenedSweep> {
  const { model, judge } = lab;
  const { experiment, name, keeps = false, prompts, probes, sampling, ...rest } = options;
  const judged = isJudged(lab, probes.trait);
  const sources = prompts.map(({ text, audio, tokens }) =>
    hashOf(text ?? "", audio?.samples ?? "", ...(tokens ?? [])),
  );
  const facts = [options.seconds ?? null, sampling ?? null, judged, judge.fingerprint ?? null];
  const identity = hashOf(model.fingerprint, encodeProbes(probes), JSON.stringify(facts), ...sources);
  const folder = join(lab.folder, experiment, "cells", `${name}-${identity}`);
  const record = openRecord(folder);
  let last: Verdict | undefined;
  const hearCell = async (cell: CellResult, audio: Audio, verdict?: Verdict) => {
    const keeping = keeps ? { keeping: keepingOf(lab, cell, audio) } : {};
    record.add(cell.key, { ...(await listen(lab, newMusic(lab, cell, audio), verdict)), ...keeping });
  };
  const listening: SweepJudge = {
    traits: judge.traits,
    fingerprint: judge.fingerprint,
    async hear(clips) {
      const verdicts = await judge.hear(clips);
      last = verdicts[0];
      return verdicts;
    },
  };
  const sweep = await sweepSteering(model, {
    ...rest,
    probes,
    sampling,
    prompts,
    folder,
    judge: judged ? listening : undefined,
    signal: lab.signal,
    onProgress: ({ done, total }) => lab.onProgress?.({ what: `${experiment}: ${name}`, done, total }),
    onCell: (result, audio) => hearCell(result, audio, last), // the cell's own was heard last
  });
  for (const cell of sweep.cells) {
    const known = record.heard.get(cell.key);
    if (known && (known.keeping || !keeps)) continue;
    lab.signal?.throwIfAborted();
    await hearCell(cell, cellAudio(model, cell));
  }
  return { ...sweep, heard: record.heard };
}

/** The new music of a cell's take. @param audio its sound, the prompt's included */
export function newMusic({ model }: Lab, { promptFrames }: CellResult, audio: Audio): Audio {
  return excerpt(audio, promptFrames / model.frameRate);
}

/** Stretches as `judgeEmbedding` cuts them: 1.5 s, every .75 s. */
export async function listen({ judge }: Lab, clip: Audio, known?: Verdict): Promise<Heard> {
  const verdict = known ?? (await judge.hear([clip]))[0];
  const { window = 1.5 } = judgeEmbedding(judge);
  const stretches: Audio[] = [];
  for (let start = 0; (start + window) * clip.sampleRate <= clip.samples.length; start += window / 2)
    stretches.push(excerpt(clip, start, start + window));
  const score = (column: number) => mean(verdict.probabilities.map((row) => row[column]));
  return {
    scores: Object.fromEntries(verdict.traits.map((trait, column) => [trait, short(score(column))])),
    embedding: judge.embed(stretches).map((vector) => Array.from(vector, short)),
  };
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}

/** heard.jsonl: a line a cell. */
function openRecord(folder: string) {
  const path = join(folder, "heard.jsonl");
  const heard = new Map<string, Heard>();
  if (existsSync(path)) {
    const data = readFileSync(path);
    const bytes = data.lastIndexOf(10) + 1;
    for (const line of data.toString("utf8", 0, bytes).split("\n").slice(0, -1)) {
      const { key, ...rest } = JSON.parse(line);
      heard.set(key, rest);
    }
    truncateSync(path, bytes); // what a killed run left half-written
  }
  return {
    heard,
    add(key: string, found: Heard) {
      heard.set(key, found);
      appendFileSync(path, `${JSON.stringify({ key, ...found })}\n`);
    },
  };
}
