import { type Audio, excerpt } from "../../../lib/audio/audio";
import { appendLine, cutLines, readLines } from "../../../lib/disk/jsonLines";
import { judgeEmbedding } from "../../../lib/judges/embedding";
import { harmonyAgreement } from "../../../lib/judges/harmony";
import type { Verdict } from "../../../lib/judges/presence";
import { soundness } from "../../../lib/judges/soundness";
import { tempoAgreement } from "../../../lib/judges/tempo";
import { mean } from "../../../lib/math/statistics";
import type { CellResult } from "../../../lib/sweep/cell";
import type { Lab } from "./lab";

/** What the judge makes of a cell's new music. */
export interface Heard {
  /** Mean probability of each trait over the judge's windows. */
  scores: Record<string, number>;
  /** [windows][dimension] */
  embedding: number[][];
  /** What the take keeps of its prompt, where that was asked for. */
  keeping?: Keeping;
}

/** The new music of a cell's take. @param audio its sound, the prompt's included */
export function newMusic({ model }: Lab, { promptFrames }: CellResult, audio: Audio): Audio {
  return excerpt(audio, promptFrames / model.frameRate);
}

/** Stretches as `judgeEmbedding` cuts them: 1.5 s, every .75 s. */
export async function hearMusic({ judge }: Lab, clip: Audio, known?: Verdict): Promise<Heard> {
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

/** What a take's new music keeps of its prompt, beside timbre and instruments. */
export interface Keeping {
  /** Correlation of mean chroma vectors, as `harmonyAgreement`; null when nothing sounds. */
  harmony: number | null;
  /** Whether the tempo is the prompt's, as `tempoAgreement`; null when nothing starts, or for clips too short to tell. */
  tempo: boolean | null;
  /** Neither clipped nor silent for long nor far from the prompt's loudness, as `soundness`. */
  isSound: boolean;
}

const shortest = 2; // seconds that a tempo takes

/** @param audio the sound of the cell's take, the prompt's included */
export function keepingOf({ model }: Lab, { tokens, promptFrames }: CellResult, audio: Audio): Keeping {
  const start = promptFrames / model.frameRate;
  const [prompt, added] = [excerpt(audio, 0, start), excerpt(audio, start)];
  const isLong = ({ samples, sampleRate }: Audio) => samples.length >= shortest * sampleRate;
  const [harmony] = harmonyAgreement([added], [prompt]);
  const tempo = isLong(prompt) && isLong(added) ? tempoAgreement([added], [prompt])[0].agrees : null;
  return { harmony, tempo, isSound: soundness({ audio, tokens, promptFrames }).problems.length === 0 };
}

/** What was heard of cells, by their keys, as a file keeps it: a line of JSON a cell. */
export function openRecord(path: string) {
  cutLines(path);
  const heard = new Map<string, Heard>(
    readLines(path).lines.map((line) => {
      const { key, ...rest } = JSON.parse(line);
      return [key, rest];
    }),
  );
  return {
    heard,
    add(key: string, found: Heard) {
      heard.set(key, found);
      appendLine(path, { key, ...found });
    },
  };
}
