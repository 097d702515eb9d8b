import type { Embedding } from "../../judges/embedding";
import type { PresenceJudge, Verdict } from "../../judges/presence";
import { count, list, type Summary, type SummaryKind, summaryKind } from "./summary";

const judgeKind = summaryKind<PresenceJudge>(
  "judges",
  ({ traits, hear }) => Array.isArray(traits) && typeof hear === "function",
  (judge): Summary => ({
    title: `Judge that hears ${list(judge.traits)}`,
    facts: judge.sampleRate === undefined ? [] : [["listens at", `${judge.sampleRate / 1000} kHz`]],
    next: ["await judge.hear([take.audio])", "sweepSteering(model, { judge, ... })"],
  }),
);

const verdictKind = summaryKind<Verdict>(
  "verdicts",
  ({ traits, probabilities }) => Array.isArray(traits) && Array.isArray(probabilities),
  ({ traits, probabilities }): Summary => ({
    title: `Verdict over ${count(probabilities.length, "window")}`,
    table: {
      columns: ["trait", "mean probability"],
      rows: traits.map((trait, t) => [
        trait,
        probabilities.reduce((sum, row) => sum + row[t], 0) / (probabilities.length || 1),
      ]),
    },
    next: traits.slice(0, 1).map((trait) => `isPresent(verdict, "${trait}")`),
  }),
);

const embeddingKind = summaryKind<Embedding>(
  "embeddings",
  ({ name, embed }) => typeof name === "string" && typeof embed === "function",
  ({ name, window }): Summary => ({
    title: `Embedding: ${name}`,
    facts: [["of", window === undefined ? "whole clips" : `stretches of ${window} s`]],
    next: ['await embedClips(embedding, "my clips", clips)'],
  }),
);

export const judgeKinds: SummaryKind[] = [judgeKind, verdictKind, embeddingKind];
