import type { StreamedTake } from "../../live/streamTake";
import type { TokenTake } from "../../model/generate/generate";
import type { Trace } from "../../model/intervention";
import { count, type Summary, type SummaryKind, summaryKind } from "./summary";

const traceKind = summaryKind<Trace>(
  "traces",
  ({ step, traits }) =>
    Array.isArray(step) && Array.isArray(traits) && traits.every((one) => Array.isArray(one?.strength)),
  (trace) => ({
    title: `Trace of a take: ${count(trace.step.length, "step")}`,
    ...traceTable(trace),
    next: ["monitorTrace(take)"],
  }),
);

const tokenTakeKind = summaryKind<TokenTake>(
  "takes in tokens",
  ({ tokens, promptFrames, options }) =>
    Array.isArray(tokens) && Number.isInteger(promptFrames) && options !== undefined,
  ({ tokens, promptFrames, seed, trace }) => ({
    title: `Take in tokens, seed ${seed}: ${framesOf(tokens, promptFrames)}`,
    ...(trace && traceTable(trace)),
    next: ["model.codec.decode([take.tokens])"],
  }),
);

const streamedTakeKind = summaryKind<StreamedTake>(
  "streamed takes",
  ({ steered, moves, seen }) => steered !== undefined && Array.isArray(moves) && Array.isArray(seen),
  ({ steered, plain, promptFrames, moves, seed }) => ({
    title: `Take made live, seed ${seed}: ${framesOf(steered.tokens, promptFrames)}`,
    facts: [
      ["settings", count(moves.length, "move")],
      ["beside it", plain ? "the same take without steering" : "nothing"],
    ],
    next: [
      "listen({ samples: take.steered.samples, sampleRate: model.sampleRate })",
      "model.codec.decode([take.steered.tokens])",
    ],
  }),
);

export const takeKinds: SummaryKind[] = [traceKind, tokenTakeKind, streamedTakeKind];

function framesOf(tokens: ArrayLike<number>[], promptFrames: number): string {
  const frames = (tokens[0]?.length ?? 0) - promptFrames;
  return `${count(promptFrames, "frame")} of prompt and ${frames} new ones, ${count(tokens.length, "codebook")}`;
}

function traceTable({ traits }: Trace): Pick<Summary, "table"> {
  return {
    table: {
      columns: ["trait", "threshold", "C at first", "C at last", "pushed at steps"],
      rows: traits.map(({ trait, threshold, monitor, strength }) => [
        trait,
        Number.isNaN(threshold) ? "" : threshold,
        monitor.at(0) ?? "",
        monitor.at(-1) ?? "",
        `${strength.filter((share) => share !== 0).length} of ${strength.length}`,
      ]),
    },
  };
}
