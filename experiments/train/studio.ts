import type { CodecShape } from "../../lib/model/codec/layers";

/** The bundled codec: EnCodec at 16 kHz, 50 frames a second, 4 codebooks of 256. Its LSTM is kept at zero. */
export const studioCodec: CodecShape & { samplingRate: number; codebooks: number; codebookSize: number } = {
  samplingRate: 16000,
  audioChannels: 1,
  numFilters: 12,
  hiddenSize: 64,
  numResidualLayers: 1,
  upsamplingRatios: [8, 5, 4, 2],
  kernelSize: 7,
  lastKernelSize: 7,
  residualKernelSize: 3,
  dilationGrowthRate: 2,
  compress: 2,
  numLstmLayers: 1,
  useCausalConv: false,
  useConvShortcut: true,
  trimRightRatio: 1,
  padMode: "reflect",
  codebooks: 4,
  codebookSize: 256,
};

/** The bundled decoder and text encoder. */
export const studioDecoder = { hidden: 192, layers: 6, heads: 8, ffn: 768, text: 64 };
