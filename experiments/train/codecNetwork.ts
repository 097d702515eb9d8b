import { tf } from "../../lib/engine";
import { normal, random } from "../../lib/math/random";
import {
  type ConvLayer,
  type ConvTransposeLayer,
  codecLayers,
  convolutions,
} from "../../lib/model/codec/layers";
import { runEncoder, runLayers, type TensorSource } from "../../lib/model/codec/network";
import type { AdamW } from "./adamw";
import { Parameters } from "./parameters";
import { LearningQuantizer } from "./quantizer";
import { studioCodec } from "./studio";

export interface TrainedCodec {
  parameters: Parameters;
  quantizer: LearningQuantizer;
}

/** The bundled codec's network with fresh weights (variance-preserving; `initialise` then fits them to data). */
export function createCodec(seed: number): TrainedCodec {
  const uniform = random(seed);
  const parameters = new Parameters();
  for (const layer of allConvolutions()) {
    const shape = weightShape(layer);
    const fanIn = layer.kind === "conv" ? layer.kernel * layer.in : (layer.kernel / layer.stride) * layer.in;
    const values = new Float32Array(shape.reduce((a, b) => a * b)).map(
      () => normal(uniform) / Math.sqrt(fanIn),
    );
    parameters.add(`${layer.name}.weight`, shape, values);
    parameters.add(`${layer.name}.bias`, [layer.out], new Float32Array(layer.out));
  }
  parameters.build();
  return {
    parameters,
    quantizer: new LearningQuantizer(
      studioCodec.codebooks,
      studioCodec.codebookSize,
      studioCodec.hiddenSize,
      seed,
    ),
  };
}

/** The variables that a saved state of the codec's training holds. */
export function codecVariables(
  { parameters, quantizer }: TrainedCodec,
  optimizer: AdamW,
): Map<string, tf.Variable> {
  const variables = new Map<string, tf.Variable>([
    ["parameters", parameters.flat],
    ["adam.mean", optimizer.mean],
    ["adam.square", optimizer.square],
  ]);
  for (let k = 0; k < quantizer.codebooks; k++) {
    variables.set(`quantizer.${k}.embed`, quantizer.embed[k]);
    variables.set(`quantizer.${k}.counts`, quantizer.counts[k]);
    variables.set(`quantizer.${k}.sums`, quantizer.sums[k]);
  }
  return variables;
}

/** Every convolution of encoder and decoder, in order. */
function allConvolutions(): (ConvLayer | ConvTransposeLayer)[] {
  const { encoder, decoder } = codecLayers(studioCodec);
  return [...convolutions(encoder), ...convolutions(decoder)];
}

function weightShape(layer: ConvLayer | ConvTransposeLayer): number[] {
  return layer.kind === "conv"
    ? [layer.kernel, layer.in, layer.out]
    : [layer.kernel / layer.stride, layer.in, layer.stride, layer.out];
}

export function source(parameters: Parameters): TensorSource {
  const tensors = parameters.unpack();
  return (name) => tensors.get(name);
}

/**
 * Layer-sequential unit-variance initialisation (Mishkin & Matas 2016) on a batch: without it most of this network's
 * first outputs vanish and the quantiser collapses to one code.
 */
export function initialise({ parameters }: TrainedCodec, x: tf.Tensor2D): void {
  const weights = new Map(
    [...parameters.values()].map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
  );
  const get: TensorSource = (name) => weights.get(name);
  const scale = (layer: ConvLayer | ConvTransposeLayer, input: tf.Tensor3D, target: number) => {
    const output = runLayers([layer], studioCodec, get, input);
    const deviation = tf.sqrt(tf.moments(output).variance).dataSync()[0];
    weights.set(`${layer.name}.weight`, weights.get(`${layer.name}.weight`)!.mul(target / deviation));
  };
  tf.tidy(() => {
    let h = x.expandDims(2) as tf.Tensor3D;
    const { encoder, decoder } = codecLayers(studioCodec);
    for (const layer of [...encoder, ...decoder]) {
      const input = h.clone();
      if (layer.kind === "conv" || layer.kind === "convTranspose") {
        scale(layer, input, layer === decoder.at(-1) ? 0.1 : 1);
      } else if (layer.kind === "residual") {
        scale(layer.block[0], tf.elu(input), 1);
        const inner = runLayers(
          [{ kind: "elu" }, layer.block[0], { kind: "elu" }],
          studioCodec,
          get,
          input.clone(),
        );
        scale(layer.block[1], inner, 0.5);
        if (layer.shortcut) scale(layer.shortcut, input, 0.7);
      }
      h = runLayers([layer], studioCodec, get, input);
    }
    const flat = parameters.slots.map((slot) => weights.get(slot.name)!.reshape([-1]));
    parameters.flat.assign(tf.concat(flat));
  });
  tf.dispose([...weights.values()]);
  x.dispose();
}

export function startQuantizer({ parameters, quantizer }: TrainedCodec, next: () => tf.Tensor2D): void {
  const frames = tf.tidy(() => {
    const parts = Array.from({ length: 24 }, () => {
      const z = runEncoder(studioCodec, source(parameters), next().expandDims(2) as tf.Tensor3D);
      return z.reshape([-1, quantizer.dim]);
    });
    return tf.concat(parts) as tf.Tensor2D;
  });
  quantizer.start(frames);
  frames.dispose();
}
