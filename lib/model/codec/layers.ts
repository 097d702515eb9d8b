/** What the layers of an EnCodec network follow from (names of Hugging Face's EncodecConfig in camelCase). */
export interface CodecShape {
  audioChannels: number;
  numFilters: number;
  hiddenSize: number;
  numResidualLayers: number;
  /** Upsampling ratios in the decoder's order; the encoder uses them reversed. */
  upsamplingRatios: number[];
  kernelSize: number;
  lastKernelSize: number;
  residualKernelSize: number;
  dilationGrowthRate: number;
  compress: number;
  numLstmLayers: number;
  useCausalConv: boolean;
  useConvShortcut: boolean;
  trimRightRatio: number;
  padMode: PadMode;
}

/** How a convolution's input is continued beyond its ends. */
export type PadMode = "reflect" | "constant" | "replicate";

/** A convolution; its tensors are `${name}.weight` [kernel, in, out] and `${name}.bias` [out]. */
export interface ConvLayer {
  kind: "conv";
  name: string;
  in: number;
  out: number;
  kernel: number;
  stride: number;
  dilation: number;
}

/**
 * A transposed convolution whose kernel is a multiple of its stride; its tensors are
 * `${name}.weight` [kernel / stride, in, stride, out] and `${name}.bias` [out].
 */
export interface ConvTransposeLayer {
  kind: "convTranspose";
  name: string;
  in: number;
  out: number;
  kernel: number;
  stride: number;
}

/** ELU, convolution, ELU, 1 x 1 convolution; beside it a 1 x 1 convolution or (no `shortcut`) the identity. */
export interface ResidualLayer {
  kind: "residual";
  block: ConvLayer[];
  shortcut?: ConvLayer;
}

/**
 * A stack of LSTMs added to its input; for each level L the tensors `${name}.weight_ih_lL` and
 * `weight_hh_lL` [channels, 4 channels], `bias_ih_lL` and `bias_hh_lL` [4 channels], gates in the order i, f, g, o.
 */
export interface LstmLayer {
  kind: "lstm";
  name: string;
  channels: number;
  levels: number;
}

export type CodecLayer = ConvLayer | ConvTransposeLayer | ResidualLayer | LstmLayer | { kind: "elu" };

/**
 * The layers of EnCodec's encoder and decoder, in order, named as in Hugging Face's EncodecModel
 * (`encoder.layers.0.conv`, `decoder.layers.4.block.1.conv`, ...). Reference: transformers, modeling_encodec.py.
 */
export function codecLayers(shape: CodecShape): { encoder: CodecLayer[]; decoder: CodecLayer[] } {
  return { encoder: encoderLayers(shape), decoder: decoderLayers(shape) };
}

/** Every convolution among `layers`, those inside residual blocks too, in the order they run. */
export function convolutions(layers: CodecLayer[]): (ConvLayer | ConvTransposeLayer)[] {
  return layers.flatMap((layer) => {
    if (layer.kind === "conv" || layer.kind === "convTranspose") return [layer];
    if (layer.kind === "residual") return layer.shortcut ? [...layer.block, layer.shortcut] : layer.block;
    return [];
  });
}

function encoderLayers(shape: CodecShape): CodecLayer[] {
  const layers: CodecLayer[] = [];
  const next = () => `encoder.layers.${layers.length}`;
  let channels = shape.numFilters;
  layers.push(conv(`${next()}.conv`, shape.audioChannels, channels, shape.kernelSize));
  for (const ratio of [...shape.upsamplingRatios].reverse()) {
    for (let j = 0; j < shape.numResidualLayers; j++) layers.push(residual(next(), channels, j, shape));
    layers.push({ kind: "elu" });
    layers.push(conv(`${next()}.conv`, channels, channels * 2, ratio * 2, ratio));
    channels *= 2;
  }
  layers.push({ kind: "lstm", name: `${next()}.lstm`, channels, levels: shape.numLstmLayers });
  layers.push({ kind: "elu" });
  layers.push(conv(`${next()}.conv`, channels, shape.hiddenSize, shape.lastKernelSize));
  return layers;
}

function decoderLayers(shape: CodecShape): CodecLayer[] {
  const layers: CodecLayer[] = [];
  const next = () => `decoder.layers.${layers.length}`;
  let channels = shape.numFilters * 2 ** shape.upsamplingRatios.length;
  layers.push(conv(`${next()}.conv`, shape.hiddenSize, channels, shape.kernelSize));
  layers.push({ kind: "lstm", name: `${next()}.lstm`, channels, levels: shape.numLstmLayers });
  for (const ratio of shape.upsamplingRatios) {
    layers.push({ kind: "elu" });
    const name = `${next()}.conv`;
    layers.push({
      kind: "convTranspose",
      name,
      in: channels,
      out: channels / 2,
      kernel: ratio * 2,
      stride: ratio,
    });
    channels /= 2;
    for (let j = 0; j < shape.numResidualLayers; j++) layers.push(residual(next(), channels, j, shape));
  }
  layers.push({ kind: "elu" });
  layers.push(conv(`${next()}.conv`, channels, shape.audioChannels, shape.lastKernelSize));
  return layers;
}

function conv(name: string, from: number, to: number, kernel: number, stride = 1, dilation = 1): ConvLayer {
  return { kind: "conv", name, in: from, out: to, kernel, stride, dilation };
}

function residual(name: string, channels: number, index: number, shape: CodecShape): ResidualLayer {
  const inner = Math.floor(channels / shape.compress);
  const dilation = shape.dilationGrowthRate ** index;
  return {
    kind: "residual",
    block: [
      conv(`${name}.block.1.conv`, channels, inner, shape.residualKernelSize, 1, dilation),
      conv(`${name}.block.3.conv`, inner, channels, 1),
    ],
    shortcut: shape.useConvShortcut ? conv(`${name}.shortcut.conv`, channels, channels, 1) : undefined,
  };
}
