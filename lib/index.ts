/** What a notebook imports: `import { loadMusicGen, captureHeads, trainProbes } from "../lib"`: the core, and what Node adds. */

import "./native/engine"; // which registers itself

export * from "./browser";
export { capturePairs, captureValues } from "./disk/captureCache";
export { type KeptTake, replayTake } from "./disk/keptTake";
export { loadJudge } from "./disk/loadJudge";
export { dataPrompts, openClips, openPairs } from "./disk/openData";
export { savePlan } from "./disk/planFile";
export { loadProbes, saveProbes, saveProbeTensors } from "./disk/probeFile";
export { readAudio, readWav, writeWav } from "./disk/soundFile";
export { type FolderSweepOptions as SweepOptions, readSweep, sweepSteering } from "./disk/sweepFolder";
export { judges, type OpenJudge, openJudge } from "./hub/judges";
export { loadClap } from "./hub/loadClap";
export type { LoadOptions } from "./hub/loadModel";
export { loadMusicGen } from "./loadMusicGen";
export type { Comm } from "./notebook/comm";
export { asHtml, asMarkdown, asSvg, display } from "./notebook/display";
export { listen } from "./notebook/listen";
export { onCommOpen, openComm } from "./notebook/openComm";
export { progress } from "./notebook/progress";
export { createWidget, type Widget } from "./notebook/widget";
export { type CancellableProgress, cancellableProgress } from "./notebook/widgets/cancellableProgress";
export { headListener } from "./notebook/widgets/headListener";
export { type HeadChoice, headPicker } from "./notebook/widgets/headPicker";
export { liveMonitor } from "./notebook/widgets/liveMonitor";
export { type SteeringConsole, steeringConsole } from "./notebook/widgets/steeringConsole";
export { sweepTable } from "./notebook/widgets/sweepTable";
export { saveFigure } from "./stills/saveFigure";
export { figureSvg } from "./stills/still";
