/** What `import ... from "../lib"` and "smitin-lab" are in a page: the core, and the notebook's part of the lab. */

import { writeAtomically } from "../../disk/writeAtomically";
import { startBackend } from "../../engine";
import type { Figure } from "../../figures/figure";
import { figureHtml } from "../../figures/page";
import type { FetchOptions } from "../../files/fetch";
import { fetchFile } from "../../files/fetch";
import { fetchJudge } from "../../judges/fetchJudge";
import type { PresenceJudge } from "../../judges/presence";
import { fetchMusicGen } from "../../model/fetchMusicGen";
import type { MusicGen } from "../../model/musicgen";
import { useSoundFont } from "../../music/band";
import { progress } from "../../notebook/progress";
import { extname } from "../node/path";
import { figureSvg } from "./still";

export type { Verdict } from "../../browser"; // of a judge, not of an exercise
export * from "../../browser";
export { type KeptTake, replayTake } from "../../disk/keptTake";
export { loadPlan, savePlan } from "../../disk/planFile";
export { loadProbes, saveProbes, saveProbeTensors } from "../../disk/probeFile";
export { readAudio, readWav, writeWav } from "../../disk/soundFile";
export * from "../../lessons";
export type { Showable } from "../../notebook/bundle";
export type { Comm } from "../../notebook/comm";
export { asHtml, asMarkdown, asSvg, display } from "../../notebook/display";
export { listen } from "../../notebook/listen";
export { onCommOpen, openComm } from "../../notebook/openComm";
export { progress } from "../../notebook/progress";
export { createWidget, type Widget } from "../../notebook/widget";
export { type AttentionView, attentionView } from "../../notebook/widgets/attentionView";
export { type CancellableProgress, cancellableProgress } from "../../notebook/widgets/cancellableProgress";
export { headListener } from "../../notebook/widgets/headListener";
export { type HeadChoice, headPicker } from "../../notebook/widgets/headPicker";
export { liveMonitor } from "../../notebook/widgets/liveMonitor";
export { type SteeringConsole, steeringConsole } from "../../notebook/widgets/steeringConsole";
export { sweepTable } from "../../notebook/widgets/sweepTable";
export { figureSvg } from "./still";

/** Written by the build: which files the model has. */
declare const MODEL_FILES: string[];

const { href } = (globalThis as unknown as { location: { href: string } }).location;
const beside = (file: string) => new URL(file, href).href;
const names = [undefined, "studio"];
let started: Promise<unknown> | undefined;

useSoundFont(() => fetchFile(beside("band.sf3")));

/**
 * The bundled model.
 * @throws Error on another one's name: a page has none
 */
export async function loadMusicGen(name?: string, options: FetchOptions = {}): Promise<MusicGen> {
  if (!names.includes(name))
    throw new Error(`loadMusicGen: a page has the bundled model, "studio", not "${name}"; ${inJupyter}`);
  started ??= startBackend("wasm", { wasmFiles: beside("engine/") });
  await started;
  const bar = progress("loading the model, MB");
  const onProgress: FetchOptions["onProgress"] = (done, total, file) => {
    if (options.onProgress) options.onProgress(done, total, file);
    else if (total > 1e6)
      bar(done === total ? Math.ceil(total / 1e6) : Math.floor(done / 1e6), Math.ceil(total / 1e6));
  };
  return fetchMusicGen(beside("model"), { name: "studio", files: MODEL_FILES, ...options, onProgress });
}

/** The bundled presence judge: drums, bass, guitar and piano of the studio band. */
export function loadJudge(): Promise<PresenceJudge> {
  return fetchJudge(beside("judge"));
}

/**
 * Keep a figure among the page's files: `.svg`, `.html` (with plotly's script to be put beside it) or `.json`.
 * @throws Error when the ending is another
 */
export async function saveFigure(path: string, figure: Figure): Promise<void> {
  const ending = extname(path);
  if (ending === ".svg") writeAtomically(path, await figureSvg(figure));
  else if (ending === ".html") writeAtomically(path, figureHtml(figure, { address: "plotly.min.js" }));
  else if (ending === ".json") writeAtomically(path, JSON.stringify(figure));
  else throw new Error(`${path}: expected a figure's path to end in .svg, .html or .json, found "${ending}"`);
}

/** A page knows one judge, which `loadJudge` gives. */
export const judges = {};
export const openJudge = needsNode("openJudge");
export const loadClap = needsNode("loadClap");
export const readSweep = needsNode("readSweep");

const inJupyter = "run this notebook in Jupyter for it (npm run lab)";

function needsNode(name: string): () => never {
  return () => {
    throw new Error(`${name} reads from a disk or a model hub, which a page does not: ${inJupyter}`);
  };
}
