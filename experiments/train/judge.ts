import { join } from "node:path";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { tf } from "../../lib/engine";
import { judgeInput, judgeWindows, stackWindows } from "../../lib/judges/presence";
import { permutation, random } from "../../lib/math/random";
import { bandRate, mixStems, type Stems } from "../../lib/music/band";
import { type Instrument, instruments } from "../../lib/music/song";
import type { TrainedCodec } from "./codecNetwork";
import { decodeCodes, encodeAudio, trainedCodec } from "./codes";
import { startTrainingEngine } from "./engine";
import { lineUp } from "./lineup";
import type { Parameters } from "./parameters";
import { type Profile, stateFolder } from "./profile";
import { redraw } from "./redraw";
import { renderSongs, songSeeds, songStems } from "./songs";
import { decoderState, trainedDecoder } from "./trainedDecoder";

interface Examples {
  windows: Float32Array[];
  /** [windows][traits]: 1 there, 0 not there, NaN neither clearly. */
  labels: number[][];
}

/**
 * What is heard of a mix: itself; what the codec makes of it; that with a part of its tokens taken from other moments;
 * that with every token drawn anew by the decoder, once or twice over. The last two hold the mistakes of a decoder, whose
 * clicks and bursts are no drums and whose blurred guitar is no piano.
 */
type Kind = "clean" | "decoded" | "disturbed" | "redrawn";
const kinds: Kind[] = ["clean", "decoded", "disturbed", "redrawn"];

/** Largest share of the tokens that is disturbed, by codebook: a decoder errs most where tokens are hardest to tell. */
const DISTURBED = [0.15, 0.3, 0.5, 0.7];
const DISTURBANCE = 2 ** 30; // seeds

/**
 * Train the presence judge on songs that nothing else uses, each mix in every `Kind`. A window's
 * label is the level of the stem itself. Reports held-out accuracy a trait; keeps the weights of the best epoch.
 */
export async function trainJudge(profile: Profile): Promise<void> {
  await startTrainingEngine();
  const decoder = trainedDecoder();
  if (!decoder) throw new Error(`${decoderState}: not there; run \`npm run train -- decoder\` first`);
  const { songs, variants, epochs } = profile.judge;
  await renderSongs(songSeeds.judge, songs, (done) => {
    if (done % 50 === 0) console.log(`judge: ${done}/${songs} songs`);
  });
  const held = Math.ceil(songs / 8);
  const seeds = Array.from({ length: songs }, (_, i) => songSeeds.judge + i);
  const codec = { ...trainedCodec(), decoder };
  const training = joined(Object.values(await examples(codec, seeds.slice(held), variants)));
  const heldOut = await examples(codec, seeds.slice(0, held), variants);
  const unheard = kinds.map((kind) => heldOut[kind]);
  const windows = unheard[0].windows.length;
  console.log(`judge: ${training.windows.length} windows to learn from, ${windows} of each kind held out`);

  const model = judgeNetwork();
  const optimizer = tf.train.adam(1e-3);
  const batch = Math.min(48, training.windows.length);
  let best = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = permutation(training.windows.length, random(epoch + 1));
    let total = 0;
    let batches = 0;
    for (let i = 0; i + batch <= order.length; i += batch) {
      const chosen = [...order.subarray(i, i + batch)];
      tf.tidy(() => {
        const x = stackWindows(chosen.map((at) => training.windows[at])).add(
          tf.randomNormal([batch, 1, 1, 1], 0, 0.15),
        );
        const raw = tf.tensor2d(chosen.map((at) => training.labels[at]));
        const known = tf.logicalNot(tf.isNaN(raw)).toFloat();
        const y = tf.where(tf.isNaN(raw), tf.zerosLike(raw), raw);
        const loss = optimizer.minimize(() => {
          const p = (model.apply(x, { training: true }) as tf.Tensor).clipByValue(1e-6, 1 - 1e-6);
          const nats = tf.neg(y.mul(tf.log(p)).add(tf.sub(1, y).mul(tf.log(tf.sub(1, p)))));
          return tf.sum(nats.mul(known)).div(tf.sum(known)) as tf.Scalar;
        }, true);
        total += loss!.dataSync()[0];
      });
      batches++;
    }
    const right = unheard.map((each) => accuracy(model, each));
    const show = (row: number[]) => row.map((x) => (100 * x).toFixed(1)).join(" ");
    console.log(
      `judge epoch ${epoch + 1}/${epochs}  loss ${(total / batches).toFixed(4)}  ` +
        `${kinds.map((kind, i) => `${kind} ${show(right[i])}`).join("  ")}  (${instruments.join(", ")}, %)`,
    );
    const worst = Math.min(...right.flat());
    if (worst < best) continue;
    best = worst;
    await save(model, { ...Object.fromEntries(kinds.map((kind, i) => [kind, right[i]])), windows });
  }
}

/** Log-mel window to a probability a trait; bands stay apart up to the last layers, since register tells instruments. */
function judgeNetwork(): tf.LayersModel {
  const { frames, mels } = judgeInput;
  const input = tf.input({ shape: [frames, mels, 1] });
  let x: tf.SymbolicTensor = input;
  [16, 24, 32].forEach((filters, i) => {
    const seed = 10 * i;
    const kernelInitializer = tf.initializers.heNormal({ seed });
    x = tf.layers
      .conv2d({ filters, kernelSize: 3, padding: "same", kernelInitializer })
      .apply(x) as tf.SymbolicTensor;
    x = tf.layers.batchNormalization().apply(x) as tf.SymbolicTensor;
    x = tf.layers.reLU().apply(x) as tf.SymbolicTensor;
    x = tf.layers.maxPooling2d({ poolSize: 2 }).apply(x) as tf.SymbolicTensor;
  });
  const [, time, bands, filters] = x.shape as number[];
  x = tf.layers.reshape({ targetShape: [time, bands * filters] }).apply(x) as tf.SymbolicTensor;
  const dense = (units: number, seed: number, activation: "relu" | "sigmoid", name?: string) =>
    tf.layers.dense({ units, activation, name, kernelInitializer: tf.initializers.heNormal({ seed }) });
  x = dense(48, 41, "relu").apply(x) as tf.SymbolicTensor;
  const mean = tf.layers.globalAveragePooling1d().apply(x) as tf.SymbolicTensor;
  const peak = tf.layers.globalMaxPooling1d().apply(x) as tf.SymbolicTensor;
  x = tf.layers.concatenate().apply([mean, peak]) as tf.SymbolicTensor;
  x = dense(32, 42, "relu", "embedding").apply(x) as tf.SymbolicTensor;
  const output = dense(instruments.length, 43, "sigmoid").apply(x) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

/** The windows of all mixes, by what is heard of them. */
async function examples(
  codec: TrainedCodec & { decoder: Parameters },
  seeds: number[],
  variants: number,
): Promise<Record<Kind, Examples>> {
  const none = (): Examples => ({ windows: [], labels: [] });
  const all = { clean: none(), decoded: none(), disturbed: none(), redrawn: none() };
  for (const seed of seeds) {
    const stems = await songStems(seed);
    for (let variant = 1; variant <= variants; variant++) {
      const players = lineUp(seed, variant);
      const mix = mixStems(stems, players);
      const labels = windowLabels(stems, players);
      const codes = encodeAudio(codec, [mix])[0];
      // A stream of its own: that of the line-up would tie the disturbance to who plays.
      const uniform = random(DISTURBANCE + seed * 31 + variant);
      const torn = disturb(codes, uniform);
      let drawn = redraw(codec.decoder, codes, uniform);
      if (uniform() < 0.5) drawn = redraw(codec.decoder, drawn, uniform);
      const [decoded, disturbed, redrawn] = decodeCodes(codec, [codes, torn, drawn]);
      for (const [kind, samples] of Object.entries({ clean: mix, decoded, disturbed, redrawn })) {
        judgeWindows({ samples, sampleRate: bandRate }).forEach((window, i) => {
          all[kind as Kind].windows.push(window);
          all[kind as Kind].labels.push(labels[i]);
        });
      }
    }
  }
  return all;
}

function joined(parts: Examples[]): Examples {
  return {
    windows: parts.flatMap(({ windows }) => windows),
    labels: parts.flatMap(({ labels }) => labels),
  };
}

/** Codes with a random share of each codebook's taken from other frames of the same clip. */
function disturb(codes: Int16Array[], uniform: () => number): Int16Array[] {
  const share = uniform();
  return codes.map((row, k) =>
    row.map((code) => (uniform() < share * DISTURBED[k] ? row[Math.floor(uniform() * row.length)] : code)),
  );
}

/** Per window: 1 where the stem is louder than -38 dBFS, 0 where it is below -55 dBFS, NaN between. */
function windowLabels(stems: Stems, players: Instrument[]): number[][] {
  const { hop, frames, every } = judgeInput;
  const length = frames * hop;
  const labels: number[][] = [];
  for (let from = 0; from + length <= stems.drums.length + hop; from += every * hop) {
    labels.push(
      instruments.map((who) => {
        if (!players.includes(who)) return 0;
        const part = stems[who].subarray(from, from + length);
        const decibel = 10 * Math.log10(part.reduce((sum, x) => sum + x * x, 1e-12) / part.length);
        return decibel > -38 ? 1 : decibel < -55 ? 0 : Number.NaN;
      }),
    );
  }
  return labels;
}

function accuracy(model: tf.LayersModel, { windows, labels }: Examples): number[] {
  const right = new Float64Array(instruments.length);
  const known = new Float64Array(instruments.length);
  for (let i = 0; i < windows.length; i += 64) {
    const p = tf.tidy(() =>
      (model.predict(stackWindows(windows.slice(i, i + 64))) as tf.Tensor2D).arraySync(),
    );
    p.forEach((row, j) => {
      row.forEach((value, trait) => {
        const label = labels[i + j][trait];
        if (Number.isNaN(label)) return;
        known[trait]++;
        if (value > 0.5 === label > 0.5) right[trait]++;
      });
    });
  }
  return [...right].map((count, trait) => count / known[trait]);
}

async function save(model: tf.LayersModel, heldOut: object): Promise<void> {
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      const { weightData, ...rest } = artifacts;
      const bytes = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
      writeAtomically(join(stateFolder, "judge.bin"), bytes);
      writeAtomically(
        join(stateFolder, "judge.json"),
        JSON.stringify({ traits: instruments, heldOut, ...rest }),
      );
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
}
