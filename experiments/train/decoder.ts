import { diskFolder } from "../../lib/disk/folder";
import { tf } from "../../lib/engine";
import { random } from "../../lib/math/random";
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";
import { caption } from "../../lib/music/caption";
import { AdamW } from "./adamw";
import { type BatchRow, toBatch } from "./batch";
import { fromDecoderCheckpoint } from "./checkpointLayout";
import { type EncodedMix, encodeMixes, readMix, trainedCodec } from "./codes";
import { decoderLosses } from "./decoderLosses";
import { createDecoderParameters, hiddenMatrices } from "./decoderNetwork";
import { long, type Phase, phaseOf, type Rows, short, textMask } from "./decoderPhase";
import { startTrainingEngine } from "./engine";
import { type Mix, plainMix, recombined } from "./lineup";
import { Muon } from "./muon";
import type { Parameters } from "./parameters";
import { startPeers } from "./peers";
import type { Profile } from "./profile";
import { songSeeds } from "./songs";
import { studioCodec } from "./studio";
import { studioTokens } from "./tokenizerFile";
import { decoderState } from "./trainedDecoder";
import { loadState, saveState } from "./trainingState";

const FIRST_POOL = 640;
const GROW_EVERY = 10;
const GROW_BY = 60; // three of four rows are new
const FORESIGHT_WEIGHT = 0.3;

/**
 * Train the bundled MusicGen decoder and its text encoder on the tokens of studio songs, then, all else frozen, what reads
 * the caption (decoderPhase.ts). Songs are encoded as they are needed and cached; resumes from data/cache/train/decoder.state.
 * @param from a folder such as data/models/studio whose weights a new training starts from (of the same codec)
 */
export async function trainDecoder(profile: Profile, from?: string): Promise<void> {
  const { songs, batch, report, variants } = profile.decoder;
  const steps = profile.decoder.steps + profile.decoder.textSteps;
  const peers = startPeers(batch);
  await startTrainingEngine();
  const parameters = createDecoderParameters(2);
  const muon = new Muon(parameters, hiddenMatrices);
  const optimizer = new AdamW(parameters, { decay: 0.05, muon });
  const variables = new Map([
    ["parameters", parameters.flat],
    ["adam.mean", optimizer.mean],
    ["adam.square", optimizer.square],
    ["muon.momentum", muon.momentum],
  ]);
  let step = loadState(decoderState, variables);
  if (step === 0 && from) startFrom(from, parameters);
  optimizer.step = step;

  const codec = trainedCodec();
  const mixes: EncodedMix[] = [];
  const encoded = async (drawn: Mix[]) => {
    await encodeMixes(
      codec,
      drawn.filter((_, i) => i % peers.size === peers.rank),
    );
    await peers.gather(new Float32Array()); // now everybody's are on disk
    return drawn.map((mix) => readMix(codec, mix));
  };
  const draw = recombined(Array.from({ length: songs }, (_, i) => songSeeds.train + i));
  const grow = async (size: number) => {
    const drawn = [];
    for (let i = mixes.length; i < Math.min(size, songs * variants); i++)
      drawn.push(draw(songSeeds.train + (i % songs), 1 + Math.floor(i / songs)));
    mixes.push(...(await encoded(drawn)));
  };
  const validation = Array.from({ length: profile.decoder.validation }, (_, i) =>
    plainMix(songSeeds.validation + i, 1),
  );
  const unseen = await encoded(validation);
  const onlyText = textMask(parameters);

  const started = Date.now();
  const first = step;
  const running = { losses: new Float64Array(studioCodec.codebooks + 1), count: 0 };
  for (; step < steps; step++) {
    const phase = phaseOf(step, profile.decoder);
    // Mixes are encoded as training goes on, so that it need not wait for all: the pool follows from the step.
    if (step === first || step % GROW_EVERY === 0)
      await grow(FIRST_POOL + GROW_BY * Math.floor(step / GROW_EVERY));
    const rows = drawRows(mixes, batch * phase.rows, phase, random(1000 + step));
    const [from, to] = [peers.share.from, peers.share.from + peers.share.count].map((n) => n * phase.rows);
    const data = toBatch(rows.slice(from, to), phase.window);
    let losses: Float32Array = new Float32Array();
    const { value, grads } = tf.variableGrads(() => {
      const { tokens, foresight } = decoderLosses(parameters, data);
      losses = tf.concat([tokens, foresight.reshape([1])]).dataSync<"float32">();
      return tf.mean(tokens).add(foresight.mul(FORESIGHT_WEIGHT)) as tf.Scalar;
    }, [parameters.flat]);
    // One message a step: the gradient, and the losses behind it.
    const own = await grads[parameters.flat.name].data<"float32">();
    const message = new Float32Array(own.length + losses.length);
    message.set(own);
    message.set(losses, own.length);
    const mean = await peers.average(message);
    losses = mean.subarray(own.length);
    const gradient = tf.tensor1d(mean.subarray(0, own.length));
    optimizer.update(gradient, phase.rate, phase.isText ? onlyText : undefined).dispose();
    tf.dispose([value, grads, gradient]);
    for (const [k, loss] of losses.entries()) running.losses[k] += loss;
    running.count++;
    if (peers.rank === 0 && ((step + 1) % report === 0 || step + 1 === steps)) {
      const seconds = (Date.now() - started) / 1000;
      const text = (values: Float64Array) => [...values].map((x) => x.toFixed(3)).join(" ");
      let line = `decoder step ${step + 1}/${steps}  ${(seconds / (step + 1 - first)).toFixed(2)} s/step  nats a token by codebook, and foresight ${text(running.losses.map((x) => x / running.count))}`;
      if ((step + 1) % (4 * report) === 0 || step + 1 === steps) {
        line += `  unseen songs ${text(validate(parameters, unseen, long, false))}`;
        if (phase.isText) {
          const [without, captioned] = [false, true].map((is) =>
            text(validate(parameters, unseen, short, is)),
          );
          line += `, their beginnings ${without}, with their captions ${captioned}`;
        }
        line += `  tensors ${tf.memory().numTensors}`;
        saveState(decoderState, step + 1, variables);
      }
      console.log(line);
      running.losses.fill(0);
      running.count = 0;
    }
  }
  await peers.close();
}

function startFrom(folder: string, parameters: Parameters): void {
  const values = fromDecoderCheckpoint(openCheckpoint(diskFolder(folder)), parameters);
  tf.tidy(() => parameters.flat.assign(tf.concat([...values.values()].map((each) => tf.tensor1d(each)))));
}

function validate(
  parameters: Parameters,
  mixes: EncodedMix[],
  { window, rows: times }: Rows,
  captioned: boolean,
): Float64Array {
  const total = new Float64Array(studioCodec.codebooks);
  const rows = Math.min(mixes.length, 6 * times);
  const batches = Math.floor(mixes.length / rows);
  const uniform = random(1);
  for (let b = 0; b < batches; b++) {
    const some = mixes.slice(b * rows, (b + 1) * rows);
    const data = toBatch(
      some.map(({ codes, song, players }) => {
        const text = captioned ? studioTokens(caption(song, players, uniform)) : [];
        return { codes, from: 0, text };
      }),
      window,
    );
    tf.tidy(() => decoderLosses(parameters, data).tokens)
      .dataSync()
      .forEach((loss, k) => {
        total[k] += loss / batches;
      });
  }
  return total;
}

function drawRows(
  mixes: EncodedMix[],
  rows: number,
  { window, unconditional }: Phase,
  uniform: () => number,
): BatchRow[] {
  return Array.from({ length: rows }, () => {
    const mix = mixes[Math.floor(uniform() * mixes.length)];
    const from = Math.floor(uniform() * (mix.codes[0].length - window + 1));
    const captioned = uniform() >= unconditional;
    const words = () => caption(mix.song, mix.players, uniform);
    const text = captioned ? studioTokens(words()) : [];
    return { codes: mix.codes, from, text };
  });
}
