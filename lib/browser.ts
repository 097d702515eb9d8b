/**
 * The core, for a page or a worker of a browser: all that needs no disk, no process and no notebook. Files come in as bytes:
 *
 *     await startBackend("wasm", { wasmFiles: "engine/" });
 *     useSoundFont(() => fetchFile("FluidR3Mono_GM.sf3"));
 *     const model = await fetchMusicGen("models/studio");
 *     const judge = await fetchJudge("models/judge");
 */

// Sound

export { type Audio, duration, excerpt } from "./audio/audio";
export { brightness } from "./audio/brightness";
export { soundLevel } from "./audio/level";
export { resample } from "./audio/resample";
export { decodeAudio } from "./audio/sound";
export { logMel, stft } from "./audio/spectrum";
export type { WavEncoding } from "./audio/wav";
export { decodeWav, encodeWav } from "./audio/wav";

// Music: the studio band, data sets, clips and prompts

export { bandRate, mixStems, playSong, type SoundFont, useSoundFont } from "./music/band";
export { caption } from "./music/caption";
export type { DataPrompt } from "./music/dataPrompts";
export { dataPrompts } from "./music/dataPrompts";
export { type DataSetKind, dataSets } from "./music/dataSets";
export { type Dataset, itemsOf } from "./music/dataset";
export { openClips, openPairs } from "./music/openData";
export { bandContinuation, bandPairs, bandPrompts, type Pair, type Prompt } from "./music/pairs";
export { type Clip, quantities } from "./music/quantity";
export { bandScorePairs, scoreTraits } from "./music/scorePairs";
export { composeSong, type Instrument, instruments, type Song } from "./music/song";

// The model, and the engine that it runs on

export { startBackend, tf } from "./engine";
export { streamDecoder } from "./model/codec/stream";
export { fetchMusicGen } from "./model/fetchMusicGen";
export {
  type BatchOptions,
  type GenerateOptions,
  generate,
  generateBatch,
  generateTokens,
  type RowOptions,
  type Take,
  type TokenTake,
} from "./model/generate/generate";
export type { PromptSource, TakePrompt } from "./model/generate/prompt";
export type { TokenGrid } from "./model/generate/tokens";
export type {
  Intervention,
  Passage,
  Steer,
  SteerContext,
  SteeredModel,
  Trace,
  TraitTrace,
} from "./model/intervention";
export type { MusicGen } from "./model/musicgen";
export { openMusicGen } from "./model/musicgen";
export {
  type Change,
  type SiteKind,
  type Stage,
  site,
  staged,
  type Tap,
  type TapPoint,
  type Taps,
} from "./model/taps";

// What its heads hold, and probes of it

export { type HeadActivations, ofHead, type ValueActivations } from "./probes/activations";
export { type AttentionReading, type LayerAttention, meanBack, readAttention } from "./probes/attention";
export type { Calibration, CalibrationTrial } from "./probes/calibration";
export type { SoundModel } from "./probes/capture";
export { captureClips, captureHeads, captureTokens } from "./probes/capture";
export type { CaptureDataOptions } from "./probes/captureData";
export { capturePairs, captureValues } from "./probes/captureData";
export { decodeProbes, encodeProbes } from "./probes/format";
export type { ModelIdentity } from "./probes/probe";
export {
  type Probe,
  type ProbeSet,
  probeAt,
  ranked,
  withCalibration,
  withoutCalibration,
} from "./probes/probe";
export { trainRidgeProbes } from "./probes/ridge";
export { encodeProbeTensors } from "./probes/tensorFormat";
export { trainProbes } from "./probes/train";

// Steering

export { ablate, type Head } from "./steering/ablate";
export { always } from "./steering/always";
export type { Alpha } from "./steering/calibrated";
export { type Direction, directions } from "./steering/estimator";
export type { Gate, GateKind } from "./steering/gate";
export { gates } from "./steering/gates";
export {
  feedback,
  iti,
  monitorOnly,
  type PlannedSteer,
  smitin,
  steer,
  steerRows,
  suppress,
  together,
} from "./steering/methods";
export type { Threshold } from "./steering/monitor";
export { type HeadTrack, headTrack, patch } from "./steering/patch";
export { pid } from "./steering/pid";
export type { Channel, Plan } from "./steering/plan";
export { decodePlan, encodePlan } from "./steering/planFormat";
export {
  breakpoints,
  during,
  every,
  everyStep,
  fadeIn,
  fadeOut,
  fromTo,
  ramp,
  type Schedule,
  scheduleProduct,
} from "./steering/schedule";
export { schedules } from "./steering/schedules";
export { allHeads, byHand, softWeights, topK } from "./steering/selector";
export { selfMonitor } from "./steering/selfMonitor";

// Judges, which know nothing of probes and steering

export { agreement, confusion, correlation, type Judgements, kappa } from "./judges/agreement";
export type { ClapOptions } from "./judges/clap";
export { bandCaptions, type ClapJudge } from "./judges/clap";
export {
  type EmbeddedClips,
  type Embedding,
  embedClips,
  judgeEmbedding,
  timbreEmbedding,
} from "./judges/embedding";
export { fetchJudge } from "./judges/fetchJudge";
export { type FrechetDistance, frechetDistance, frechetOf } from "./judges/frechet";
export { chroma, harmonyAgreement, musicalKey, pitchClasses } from "./judges/harmony";
export { isPresent, openPresenceJudge, type PresenceJudge, type Verdict } from "./judges/presence";
export { similarity, similarityTo, timbre } from "./judges/similarity";
export { type Soundness, soundness } from "./judges/soundness";
export { sameTempo, tempo, tempoAgreement } from "./judges/tempo";

// Sweeps, and the strength that they find

export { type CalibrateOptions, calibrate } from "./sweep/calibrate";
export type { Cell, CellResult } from "./sweep/cell";
export { presenceJudgements, probeJudgements } from "./sweep/judgements";
export { atMatchedSuccess, type Matched, matchTakes, takeMatcher } from "./sweep/matchedSuccess";
export type { SweepJudge } from "./sweep/measure";
export { itiMethod, type SweepMethod, smitinMethod } from "./sweep/method";
export type { SweepOptions, SweepProgress } from "./sweep/options";
export { memoryStore, type OpenSweepStore, type SweepStore } from "./sweep/store";
export { type SweepSummary, summarise } from "./sweep/summary";
export { cellAudio, type Sweep, sweepSteering } from "./sweep/sweep";
export type { SweepPrompt } from "./sweep/sweepPrompt";

// Figures

export type { Figure } from "./figures/figure";
export { figureSlider } from "./figures/figureSlider";
export { bestHead, headGrid } from "./figures/headGrid";
export { headRanking } from "./figures/headRanking";
export { headClips, headView } from "./figures/headView";
export { monitorTrace } from "./figures/monitorTrace";
export { figureHtml } from "./figures/page";
export { spectrogram } from "./figures/spectrogram";
export { sweepLines } from "./figures/sweepLines";
export { sweepMap } from "./figures/sweepMap";
export type { SummedSweep, SweepPoint } from "./figures/sweepSeries";
export { waveform } from "./figures/waveform";

// Takes while they are made

export { type StreamedTake, streamTake } from "./live/streamTake";
export { defaultStrip, type Strip, type Strips } from "./live/strip";

// Statistics and chance

export { cosine } from "./math/cosine";
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

// Files, and work that takes long

export { type FetchOptions, fetchFile } from "./files/fetch";
export { memoryFile, type RandomAccessFile } from "./files/file";
export { type Folder, memoryFolder } from "./files/folder";
export { type FileTree, memoryTree } from "./files/tree";
export type { OnProgress } from "./jobs/progress";
export type { Shard } from "./jobs/shard";
