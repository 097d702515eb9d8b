/** What a notebook imports: `import { loadMusicGen, captureHeads, trainProbes } from "../lib"`. */

export { type Audio, duration, excerpt } from "./audio/audio";
export { level } from "./audio/level";
export { resample } from "./audio/resample";
export { logMel, stft } from "./audio/spectrum";
export { readWav, writeWav } from "./audio/wav";
export { startBackend, tf } from "./backend";
export type { Figure } from "./figures/figure";
export { bestHead, headGrid } from "./figures/headGrid";
export { headRanking } from "./figures/headRanking";
export { headClips, headView } from "./figures/headView";
export { monitorTrace } from "./figures/monitorTrace";
export { saveFigure } from "./figures/save";
export { spectrogram } from "./figures/spectrogram";
export { figureSvg } from "./figures/still";
export { sweepLines } from "./figures/sweepLines";
export { sweepMap } from "./figures/sweepMap";
export { waveform } from "./figures/waveform";
export { loadJudge } from "./judges/load";
export { isPresent, type PresenceJudge, type Verdict } from "./judges/presence";
export { similarity, timbre } from "./judges/similarity";
export { bootstrap, mcnemar, mean, median, signTest, spearman, wilson } from "./judges/statistics";
export { type GenerateOptions, generate, generateBatch, type Take } from "./model/generate";
export type { Intervention, Steer, Trace, TraitTrace } from "./model/intervention";
export { loadMusicGen } from "./model/load";
export type { MusicGen } from "./model/musicgen";
export { site, type Tap, type Taps } from "./model/taps";
export type { TokenGrid } from "./model/tokens";
export { bandRate, mixStems, playSong } from "./music/band";
export { caption } from "./music/caption";
export { bandPairs, bandPrompts, type Pair, type Prompt } from "./music/pairs";
export { compose, type Instrument, instruments, type Song } from "./music/song";
export { display, html, markdown, svg } from "./notebook/display";
export { listen } from "./notebook/listen";
export { progress } from "./notebook/progress";
export type { HeadActivations } from "./probes/activations";
export { captureHeads, captureTokens } from "./probes/capture";
export { loadProbes, saveProbes } from "./probes/file";
export { type Probe, type ProbeSet, ranked } from "./probes/probe";
export { trainProbes } from "./probes/train";
export { random } from "./random";
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
export { cellAudio, readSweep, type Sweep, sweepSteering } from "./sweep/sweep";
