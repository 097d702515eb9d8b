/** What a notebook imports: `import { loadMusicGen, captureHeads, trainProbes } from "."`. */

import "./native/engine"; // which registers itself

export { type Audio, duration, excerpt } from "./audio/audio";
export { brightness } from "./audio/brightness";
export { soundLevel } from "./audio/level";
export { resample } from "./audio/resample";
export { logMel, stft } from "./audio/spectrum";
export { capturePairs, captureValues } from "./disk/captureCache";
export { type KeptTake, replayTake } from "./disk/keptTake";
export { loadJudge } from "./disk/loadJudge";
export { dataPrompts, openClips, openPairs } from "./disk/openData";
export { savePlan } from "./disk/planFile";
export { loadProbes, saveProbes, saveProbeTensors } from "./disk/probeFile";
export { readAudio, readWav, writeWav } from "./disk/soundFile";
export { type FolderSweepOptions as SweepOptions, readSweep, sweepSteering } from "./disk/sweepFolder";

export { startBackend, tf } from "./engine";
export type { Figure } from "./figures/figure";
export { bestHead, headGrid } from "./figures/headGrid";
export { headRanking } from "./figures/headRanking";
export { headClips, headView } from "./figures/headView";
export { monitorTrace } from "./figures/monitorTrace";
export { spectrogram } from "./figures/spectrogram";
export { sweepLines } from "./figures/sweepLines";
export { sweepMap } from "./figures/sweepMap";
export type { SummedSweep, SweepPoint } from "./figures/sweepSeries";
export { waveform } from "./figures/waveform";
export { loadClap } from "./hub/loadClap";
export type { LoadOptions } from "./hub/loadModel";
export type { Shard } from "./jobs/shard";
export { agreement, confusion, correlation, type Judgements, kappa } from "./judges/agreement";
export { bandCaptions, type ClapJudge } from "./judges/clap";
export {
  type EmbeddedClips,
  type Embedding,
  embedClips,
  judgeEmbedding,
  timbreEmbedding,
} from "./judges/embedding";
export { type FrechetDistance, frechetDistance, frechetOf } from "./judges/frechet";
export { chroma, harmonyAgreement, keyOf, pitchClasses } from "./judges/harmony";
export { isPresent, type PresenceJudge, type Verdict } from "./judges/presence";
export { similarity, similarityTo, timbre } from "./judges/similarity";
export { type Soundness, soundness } from "./judges/soundness";
export { sameTempo, tempo, tempoAgreement } from "./judges/tempo";
export { type StreamedTake, streamTake } from "./live/streamTake";
export { defaultStrip, type Strip, type Strips } from "./live/strip";
export { loadMusicGen } from "./loadMusicGen";
export { random } from "./math/random";
export {
  bootstrap,
  mcnemar,
  mean,
  median,
  pairedDifference,
  signedRankTest,
  signTest,
  spearman,
  wilson,
} from "./math/statistics";
export { streamDecoder } from "./model/codec/stream";
export {
  type GenerateOptions,
  generate,
  generateBatch,
  generateTokens,
  type Take,
  type TokenTake,
} from "./model/generate/generate";
export type { TokenGrid } from "./model/generate/tokens";
export type { Intervention, Steer, Trace, TraitTrace } from "./model/intervention";
export type { MusicGen } from "./model/musicgen";
export { type Change, type Stage, site, staged, type Tap, type Taps } from "./model/taps";
export { bandRate, mixStems, playSong } from "./music/band";
export { caption } from "./music/caption";
export type { DataPrompt } from "./music/dataPrompts";
export { type Dataset, itemsOf } from "./music/dataset";
export { bandContinuation, bandPairs, bandPrompts, type Pair, type Prompt } from "./music/pairs";
export { type Clip, quantities } from "./music/quantity";
export { composeSong, type Instrument, instruments, type Song } from "./music/song";
export type { Comm } from "./notebook/comm";
export { display, html, markdown, svg } from "./notebook/display";
export { listen } from "./notebook/listen";
export { onCommOpen, openComm } from "./notebook/openComm";
export { progress } from "./notebook/progress";
export { createWidget, type Widget } from "./notebook/widget";
export { headListener } from "./notebook/widgets/headListener";
export { type HeadChoice, headPicker } from "./notebook/widgets/headPicker";
export { liveMonitor } from "./notebook/widgets/liveMonitor";
export { type SteeringConsole, steeringConsole } from "./notebook/widgets/steeringConsole";
export { sweepTable } from "./notebook/widgets/sweepTable";
export { type Task, task } from "./notebook/widgets/task";
export type { HeadActivations, ValueActivations } from "./probes/activations";
export { captureClips, captureHeads, captureTokens } from "./probes/capture";
export { type Probe, type ProbeSet, ranked } from "./probes/probe";
export { trainRidgeProbes } from "./probes/ridge";
export { trainProbes } from "./probes/train";
export { ablate, type Head } from "./steering/ablate";
export {
  feedback,
  iti,
  type PlannedSteer,
  smitin,
  steer,
  steerRows,
  suppress,
  together,
  watch,
} from "./steering/compose";
export { type Direction, directions } from "./steering/estimator";
export { always, type Gate, selfMonitor, type Threshold } from "./steering/gate";
export { type HeadTrack, headTrack, patch } from "./steering/patch";
export { pid } from "./steering/pid";
export type { Channel, Plan } from "./steering/plan";
export {
  curve,
  during,
  every,
  everyStep,
  fadeIn,
  fadeOut,
  fromTo,
  product,
  ramp,
  type Schedule,
} from "./steering/schedule";
export { all, byHand, softWeights, topK } from "./steering/selector";
export { saveFigure } from "./stills/saveFigure";
export { figureSvg } from "./stills/still";
export type { Cell, CellResult } from "./sweep/cell";
export { presenceJudgements, probeJudgements } from "./sweep/judgements";
export { atMatchedSuccess, type Matched, matchTakes, takeMatcher } from "./sweep/matchedSuccess";
export type { SweepJudge } from "./sweep/measure";
export { itiMethod, type SweepMethod, smitinMethod } from "./sweep/method";
export type { SweepProgress } from "./sweep/options";
export { type SweepSummary, summarise } from "./sweep/summary";
export { cellAudio, type Sweep } from "./sweep/sweep";
export type { SweepPrompt } from "./sweep/sweepPrompt";
