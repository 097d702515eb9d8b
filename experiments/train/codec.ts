import { join } from "node:path";
import { tf } from "../../lib/engine";
import { random } from "../../lib/math/random";
import { runDecoder, runEncoder } from "../../lib/model/codec/network";
import { mixStems } from "../../lib/music/band";
import { instruments } from "../../lib/music/song";
import { AdamW } from "./adamw";
import { codecVariables, createCodec, initialise, source, startQuantizer } from "./codecNetwork";
import { startTrainingEngine } from "./engine";
import { learningRate } from "./learningRate";
import { drawPlayers } from "./lineup";
import { startPeers } from "./peers";
import { type Profile, stateFolder } from "./profile";
import type { LearningQuantizer } from "./quantizer";
import { SONG_SECONDS, songSeeds, songStems } from "./songs";
import { spectralLoss } from "./spectralLoss";
import { studioCodec } from "./studio";
import { loadState, saveState } from "./trainingState";

const SAMPLES = 7680; // 24 frames, and a multiple of every hop of the spectral loss

/**
 * Train the bundled EnCodec on excerpts of studio songs, in every line-up from one player to four.
 * Resumes from data/cache/train/codec.state; ends by writing the state that `exportStudio` reads.
 */
export async function trainCodec(profile: Profile): Promise<void> {
  const { steps, warmUp, songs, batch } = profile.codec;
  const peers = startPeers(batch);
  await startTrainingEngine();
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
  const running = [0, 0, 0]; // spectral, wave and commitment loss since the last report
  let since = step;
  for (; step < steps; step++) {
    const all = next();
    const { from, count } = peers.share;
    const x = all.slice([from, 0], [count, SAMPLES]); // every process draws all, and takes its share
    const quantised = step >= warmUp;
    if (step === warmUp) startQuantizer(network, next);
    const rate = learningRate(step, { steps, warmUp: 100, floor: 0.02 });
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
      for (const [i, part] of [spectralPart, wavePart, commitment].entries())
        running[i] += part.dataSync()[0];
      return spectralPart.add(wavePart.mul(8)).add(commitment.mul(0.25)) as tf.Scalar;
    }, [network.parameters.flat]);
    const gradient = tf.tensor1d(
      await peers.average(await grads[network.parameters.flat.name].data<"float32">()),
    );
    optimizer.update(gradient, rate).dispose();
    if (quantised) {
      const everybodys = await peers.gather(await frames!.data<"float32">());
      const all = tf.tensor2d(everybodys, [everybodys.length / network.quantizer.dim, network.quantizer.dim]);
      network.quantizer.learn(all);
      all.dispose();
    }
    tf.dispose([all, x, value, grads, gradient, frames!]);
    if (peers.rank > 0) continue;
    if ((step + 1) % profile.codec.report === 0 || step + 1 === steps) {
      const seconds = (Date.now() - started) / 1000;
      const [spectralMean, wave, commitment] = running.map((sum) => (sum / (step + 1 - since)).toFixed(4));
      console.log(
        `codec step ${step + 1}/${steps}  ${(seconds / (step + 1 - first)).toFixed(3)} s/step  spectral ${spectralMean}` +
          `  wave ${wave}  commitment ${commitment}  tensors ${tf.memory().numTensors}`,
      );
      running.fill(0);
      since = step + 1;
      saveState(path, step + 1, variables);
    }
  }
  await peers.close();
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
