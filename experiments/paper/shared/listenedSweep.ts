import { join } from "node:path";
import type { Audio } from "../../../lib/audio/audio";
import { type FolderSweepOptions, sweepSteering } from "../../../lib/disk/sweepFolder";
import type { Verdict } from "../../../lib/judges/presence";
import { hashOf } from "../../../lib/math/hash";
import { encodeProbes } from "../../../lib/probes/format";
import type { CellResult } from "../../../lib/sweep/cell";
import { cellAudio, type Sweep } from "../../../lib/sweep/sweep";
import type { PromptSource } from "../../../lib/sweep/sweepPrompt";
import { type Heard, hearMusic, keepingOf, newMusic, openRecord } from "./heard";
import type { Lab } from "./lab";
import { isJudged } from "./traits";

/** A sweep whose cells have all been listened to. */
export interface ListenedSweep extends Sweep {
  /** By the cell's key. */
  heard: Map<string, Heard>;
}

export type ListenedOptions = Omit<
  FolderSweepOptions,
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
 * `sweepSteering`, judged where the judge knows the trait, in a folder of its own, named by all that its cells depend on, so
 * that runs with other sizes or models never meet; the judge's view of each cell is kept beside the cells.
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
  const record = openRecord(join(folder, "heard.jsonl"));
  const hearCell = async (cell: CellResult, audio: Audio, verdict?: Verdict) => {
    const keeping = keeps ? { keeping: keepingOf(lab, cell, audio) } : {};
    record.add(cell.key, { ...(await hearMusic(lab, newMusic(lab, cell, audio), verdict)), ...keeping });
  };
  const sweep = await sweepSteering(model, {
    ...rest,
    probes,
    sampling,
    prompts,
    folder,
    judge: judged ? judge : undefined,
    signal: lab.signal,
    onProgress: (done, total) => lab.onProgress?.(done, total, `${experiment}: ${name}`),
    onCell: hearCell,
  });
  for (const cell of sweep.cells) {
    const known = record.heard.get(cell.key);
    if (known && (known.keeping || !keeps)) continue;
    lab.signal?.throwIfAborted();
    await hearCell(cell, cellAudio(model, cell));
  }
  return { ...sweep, heard: record.heard };
}
