/** What a notebook imports: `import { loadMusicGen, captureHeads, trainProbes } from "."`: the core, and what Node adds. */

import "./native/engine"; // which registers itself

export * from "./browser";

// Sound

export { readAudio, readWav, writeWav } from "./disk/soundFile";

// Music: the studio band, data sets, clips and prompts

export { dataPrompts, openClips, openPairs } from "./disk/openData";

// The model, and the engine that it runs on

export type { LoadOptions } from "./hub/loadModel";
export { loadMusicGen } from "./loadMusicGen";

// What its heads hold, and probes of it

export { capturePairs, captureValues } from "./disk/captureCache";
export { loadProbes, saveProbes, saveProbeTensors } from "./disk/probeFile";

// Steering

export { loadPlan, savePlan } from "./disk/planFile";

// Judges, which know nothing of probes and steering

export { loadJudge } from "./disk/loadJudge";
export { judges, type OpenJudge, openJudge } from "./hub/judges";
export { loadClap } from "./hub/loadClap";

// Sweeps, and the strength that they find

export { type CalibrateOptions, calibrate } from "./disk/calibrate";
export { type FolderSweepOptions as SweepOptions, readSweep, sweepSteering } from "./disk/sweepFolder";

// Figures

export { saveFigure } from "./stills/saveFigure";
export { figureSvg } from "./stills/still";

// Takes while they are made

export { type KeptTake, replayTake } from "./disk/keptTake";

// Notebooks: what shows and listens

export type { Showable } from "./notebook/bundle";
export type { Comm } from "./notebook/comm";
export { asHtml, asMarkdown, asSvg, display } from "./notebook/display";
export { listen } from "./notebook/listen";
export { onCommOpen, openComm } from "./notebook/openComm";
export { progress } from "./notebook/progress";
export { createWidget, type Widget } from "./notebook/widget";
export { type AttentionView, attentionView } from "./notebook/widgets/attentionView";
export { type CancellableProgress, cancellableProgress } from "./notebook/widgets/cancellableProgress";
export { headListener } from "./notebook/widgets/headListener";
export { type HeadChoice, headPicker } from "./notebook/widgets/headPicker";
export { liveMonitor } from "./notebook/widgets/liveMonitor";
export { type SteeringConsole, steeringConsole } from "./notebook/widgets/steeringConsole";
export { sweepTable } from "./notebook/widgets/sweepTable";
