import { join } from "node:path";
import { startBackend, tf } from "../../lib/backend";
import {
  type ConvLayer,
  type ConvTransposeLayer,
  codecLayers,
  convolutions,
} from "../../lib/model/codecLayers";
import { runDecoder, runEncoder, runLayers, type TensorSource } from "../../lib/model/codecNetwork";
import { mixStems } from "../../lib/music/band";
import { instruments } from "../../lib/music/song";
import { normal, random } from "../../lib/random";
import { AdamW } from "./adamw";
import { drawPlayers } from "./lineup";
import { Parameters } from "./parameters";
import { type Profile, stateFolder } from "./profile";
import { LearningQuantizer } from "./quantizer";
import { SONG_SECONDS, songSeeds, songStems } from "./songs";
import { spectralLoss } from "./spectralLoss";
import { studioCodec } from "./studio";
import { loadState, saveState } from "./trainingState";

const SAMPLES = 7680; // 24 frames, and a multiple of every hop of the spectral loss
const WARM_UP = 300; // steps without quantisation, so that the latent space has a shape before codes divide it

/**
 * Train the bundled EnCodec on excerpts of studio songs, in every line-up from one player to four.
 * Resumes from data/cache/train/codec.state; ends by writing the state that `exportStudio` reads.
 */
export async function trainCodec(profile: Profile): Promise<void> {
  await startBackend("node");
  const { steps, songs, batch } = profile.codec;
  const path = join(stateFolder, "codec.state");
  const network = createCodec(1);
  const optimizer = new AdamW(network.parameters, { beta1: 0.8, beta2: 0.99, clip: 1 });
  const variables = codecVariables(network, optimizer);
  let step = loadState(path, variables);
  optimizer.step = step;

  const next = await excerpts(songs, batch, 17 + step);
  if (step === 0) initialise(network, next());
  const spectral = spectralLoss(studioCodec.samplingRate);
  const started = Date.now();
  const first = step;
  let running = { spectral: 0, wave: 0, commitment: 0, count: 0 };
  for (; step < steps; step++) {
    const x = next();
    const quantised = step >= WARM_UP;
    if (step === WARM_UP) startQuantizer(network, next);
    const rate =
      2e-3 * Math.min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * step) / steps)));
    const parts = { spectral: 0, wave: 0, commitment: 0 };
    let frames: tf.Tensor2D | undefined;
    const { value, grads } = tf.variableGrads(() => {
      const get = source(network.parameters);
      const z = runEncoder(studioCodec, get, x.expandDims(2) as tf.Tensor3D); // [batch, frames, dim]
      const flat = z.reshape([-1, network.quantizer.dim]) as tf.Tensor2D;
      frames = tf.keep(flat.clone());
      let decoded: tf.Tensor2D = flat;
      let commitment: tf.Scalar = tf.mean(tf.square(flat)).mul(1e-3);
      if (quantised) {
        const partial = partialSums(network.quantizer, flat);
        commitment = commitmentLoss(flat, partial);
        decoded = straightThrough(flat, partial[partial.length - 1]);
      }
      const y = runDecoder(studioCodec, get, decoded.reshape(z.shape) as tf.Tensor3D).squeeze([
        2,
      ]) as tf.Tensor2D;
      const spectralPart = spectral(y, x, step);
      const wavePart = tf.mean(tf.abs(y.sub(x))) as tf.Scalar;
      if (step % 10 < 2) {
        parts.spectral = spectralPart.dataSync()[0];
        parts.wave = wavePart.dataSync()[0];
        parts.commitment = commitment.dataSync()[0];
      }
      return spectralPart.add(wavePart.mul(8)).add(commitment.mul(0.25)) as tf.Scalar;
    }, [network.parameters.flat]);
    optimizer.update(grads[network.parameters.flat.name], rate).dispose();
    if (quantised) network.quantizer.learn(frames!);
    tf.dispose([x, value, grads, frames!]);
    if (step % 10 < 2) {
      running = {
        spectral: running.spectral + parts.spectral,
        wave: running.wave + parts.wave,
        commitment: running.commitment + parts.commitment,
        count: running.count + 1,
      };
    }
    if ((step + 1) % profile.codec.report === 0 || step + 1 === steps) {
      const seconds = (Date.now() - started) / 1000;
      const mean = (v: number) => (v / running.count).toFixed(4);
      console.log(
        `codec step ${step + 1}/${steps}  ${(seconds / (step + 1 - first)).toFixed(3)} s/step  spectral ${mean(running.spectral)}` +
          `  wave ${mean(running.wave)}  commitment ${mean(running.commitment)}  tensors ${tf.memory().numTensors}`,
      );
      running = { spectral: 0, wave: 0, commitment: 0, count: 0 };
      saveState(path, step + 1, variables);
    }
  }
}

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
export function allConvolutions(): (ConvLayer | ConvTransposeLayer)[] {
  const { encoder, decoder } = codecLayers(studioCodec);
  return [...convolutions(encoder), ...convolutions(decoder)];
}

function weightShape(layer: ConvLayer | ConvTransposeLayer): number[] {
  return layer.kind === "conv"
    ? [layer.kernel, layer.in, layer.out]
    : [layer.kernel / layer.stride, layer.in, layer.stride, layer.out];
}

function source(parameters: Parameters): TensorSource {
  const tensors = parameters.unpack();
  return (name) => tensors.get(name);
}

/**
 * Layer-sequential unit-variance initialisation (Mishkin & Matas 2016) on a batch: without it most of this network's
 * first outputs vanish and the quantiser collapses to one code.
 */
function initialise({ parameters }: TrainedCodec, x: tf.Tensor2D): void {
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

function startQuantizer({ parameters, quantizer }: TrainedCodec, next: () => tf.Tensor2D): void {
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

/** What the first 1, 2, ... codebooks say of the frames, [n, dim] each; no gradient passes. */
function partialSums(quantizer: LearningQuantizer, z: tf.Tensor2D): tf.Tensor2D[] {
  const op = tf.customGrad((frames) => ({
    value: tf.stack(quantizer.quantize(frames as tf.Tensor2D).partial),
    gradFunc: () => tf.zerosLike(frames as tf.Tensor2D),
  }));
  return tf.unstack(op(z)) as tf.Tensor2D[];
}

/** The value of `quantized`, the gradient of `z`. */
function straightThrough(z: tf.Tensor2D, quantized: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((...inputs) => ({
    value: (inputs[1] as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => [dy, tf.zerosLike(dy)],
  }));
  return op(z, quantized) as tf.Tensor2D;
}

/** How far the frames are from what each number of codebooks says of them, the mean over those numbers. */
function commitmentLoss(z: tf.Tensor2D, partial: tf.Tensor2D[]): tf.Scalar {
  return tf.addN(partial.map((q) => tf.mean(tf.squaredDifference(z, q)))).div(partial.length) as tf.Scalar;
}

/** Random excerpts [batch, SAMPLES] of training songs in random line-ups. */
async function excerpts(songs: number, batch: number, seed: number): Promise<() => tf.Tensor2D> {
  const uniform = random(seed);
  const pool: Float32Array[] = [];
  for (let i = 0; i < songs; i++) {
    const stems = await songStems(songSeeds.train + i);
    pool.push(
      mixStems(stems, instruments),
      mixStems(stems, drawPlayers(uniform)),
      mixStems(stems, drawPlayers(uniform)),
    );
  }
  const length = SONG_SECONDS * studioCodec.samplingRate;
  return () => {
    const data = new Float32Array(batch * SAMPLES);
    for (let row = 0; row < batch; row++) {
      const song = pool[Math.floor(uniform() * pool.length)];
      const from = Math.floor(uniform() * (length - SAMPLES));
      data.set(song.subarray(from, from + SAMPLES), row * SAMPLES);
    }
    return tf.tensor2d(data, [batch, SAMPLES]);
  };
}
