import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type BatchRow, toBatch } from "../../experiments/train/batch";
import { decoderCheckpoint, fromDecoderCheckpoint } from "../../experiments/train/checkpointLayout";
import { decoderLosses } from "../../experiments/train/decoderLosses";
import { createDecoderParameters, decoderLogits, textShape } from "../../experiments/train/decoderNetwork";
import { studioCodec, studioDecoder } from "../../experiments/train/studio";
import { studioTokenizer, studioTokens } from "../../experiments/train/tokenizerFile";
import { startBackend, tf } from "../../lib/engine";
import { random } from "../../lib/math/random";
import type { Weights } from "../../lib/model/checkpoint/checkpoint";
import { createDecoder } from "../../lib/model/decoder/decoder";
import { createTextEncoder } from "../../lib/model/text/encoder";
import { openTokenizer } from "../../lib/model/text/tokenizer";
import { assertClose } from "../close";

const steps = 12;
const captions = ["slow song, bass and electric piano, A minor", "song", ""];
const { vocabulary: words, json: tokenizerFile } = studioTokenizer();

before(() => startBackend("wasm"));

test("training's tokens are the tokenizer's", () => {
  const tokenizer = openTokenizer({
    name: "memory",
    has: (file) => file === "tokenizer.json",
    text: () => JSON.stringify(tokenizerFile),
    open: (file) => assert.fail(`opened ${file}`),
    sha256: () => assert.fail("hashed"),
  });
  const { ids, mask } = tokenizer.encode(captions.slice(0, 2));
  for (const [i, text] of captions.slice(0, 2).entries()) {
    const expected = studioTokens(text);
    assert.deepEqual(ids[i].slice(0, expected.length), expected);
    assert.equal(
      mask[i].reduce((a: number, b: number) => a + b, 0),
      expected.length,
    );
  }
});

test("what training computes is what the exported checkpoint computes, with a caption and without", () => {
  const parameters = createDecoderParameters(5);
  const uniform = random(6);
  const rows = captions.length;
  const K = studioCodec.codebooks;
  const draw = () =>
    Int32Array.from({ length: rows * steps }, () => Math.floor(uniform() * (studioCodec.codebookSize + 1)));
  const inputs = Array.from({ length: K }, draw);
  const tokens = captions.map((text) => (text ? studioTokens(text) : []));
  const textSteps = Math.max(...tokens.map((ids) => ids.length));
  const textIds = new Int32Array(rows * textSteps);
  const textMask = new Float32Array(rows * textSteps);
  for (const [r, ids] of tokens.entries()) {
    textIds.set(ids, r * textSteps);
    textMask.fill(1, r * textSteps, r * textSteps + ids.length);
  }
  const batch = {
    rows,
    steps,
    inputs,
    targets: new Int32Array(0),
    valid: new Float32Array(0),
    textSteps,
    textIds,
    textMask,
  };
  const trained = tf.tidy(() => {
    const tensors = parameters.unpack();
    return decoderLogits((name) => tensors.get(name)!, batch).dataSync();
  });

  const weights = inMemory(decoderCheckpoint(parameters));
  const other = createDecoderParameters(7);
  const back = fromDecoderCheckpoint(weights, other);
  const { data: unsaid } = other.values().get("foresight")!;
  for (const [name, { data }] of parameters.values())
    assert.deepEqual(back.get(name), name === "foresight" ? unsaid : data, name);
  const decoder = createDecoder(weights, {
    vocabSize: studioCodec.codebookSize,
    maxPositionEmbeddings: 2048,
    numHiddenLayers: studioDecoder.layers,
    ffnDim: studioDecoder.ffn,
    numAttentionHeads: studioDecoder.heads,
    hiddenSize: studioDecoder.hidden,
    activationFunction: "gelu",
    scaleEmbedding: false,
    numCodebooks: K,
    padTokenId: studioCodec.codebookSize,
    bosTokenId: studioCodec.codebookSize,
  });
  const encoder = createTextEncoder(weights, {
    ...textShape,
    vocabSize: words,
    dModel: studioDecoder.text,
    feedForwardProj: "relu",
    padTokenId: 0,
  });
  const rowsOf = (flat: ArrayLike<number>) =>
    Array.from({ length: rows }, (_, r) => Array.from(flat).slice(r * textSteps, (r + 1) * textSteps));
  const mask = rowsOf(textMask);
  const states = encoder.encode({
    ids: rowsOf(textIds),
    mask: mask.map((row, r) => (captions[r] ? row : row.map(() => 1))),
  });
  const text = decoder.readText({ states, mask: tf.tensor2d(mask) });
  const grids = captions.map((_, r) => inputs.map((ids) => ids.slice(r * steps, (r + 1) * steps)));
  const cache = decoder.createCache(rows, { text });
  const exported = decoder.prefill(grids, { logits: true, cache })!.dataSync();

  assertClose(exported, trained, { ofLargest: 1e-4 }, "logits");
});

test("foresight: the cross-entropy of every step's next second, counted token by token", () => {
  const [K, size, ahead, foreseen] = [studioCodec.codebooks, studioCodec.codebookSize, 50, 2];
  const parameters = createDecoderParameters(5);
  const uniform = random(8);
  const frames = ahead + 10;
  const rows = [0, 1].map((): BatchRow => {
    const draw = () => Int16Array.from({ length: frames }, () => Math.floor(uniform() * size));
    return { codes: Array.from({ length: K }, draw), from: 0, text: [] };
  });
  const found = tf.tidy(() => decoderLosses(parameters, toBatch(rows, frames)).foresight.dataSync()[0]);
  const states = tf.tidy(() => {
    const tensors = parameters.unpack();
    let middle: Float32Array | undefined;
    decoderLogits(
      (name) => tensors.get(name)!,
      toBatch(rows, frames),
      (layers, state) => {
        if (layers === 4) middle = state.dataSync<"float32">();
      },
    );
    return middle!;
  });
  const { hidden } = studioDecoder;
  const { data: head } = parameters.values().get("foresight")!;
  let sum = 0;
  for (const [r, { codes }] of rows.entries()) {
    for (let p = 0; p < frames; p++) {
      const state = states.subarray((r * frames + p) * hidden, (r * frames + p + 1) * hidden);
      const mean = state.reduce((a, b) => a + b) / hidden;
      const deviation = Math.sqrt(state.reduce((a, b) => a + (b - mean) ** 2, 0) / hidden + 1e-5);
      for (let k = 0; k < foreseen; k++) {
        const logits = Float64Array.from({ length: size }, (_, c) =>
          state.reduce(
            (a, x, i) => a + ((x - mean) / deviation) * head[i * foreseen * size + k * size + c],
            0,
          ),
        );
        const total = Math.log(logits.reduce((a, x) => a + Math.exp(x), 0));
        const coming = codes[k].slice(Math.max(0, p - k), Math.max(0, p - k + Math.min(ahead, frames - p)));
        const from = p < k ? coming.slice(0, coming.length - (k - p)) : coming; // before its first token a codebook waits
        sum -= from.reduce((a, code) => a + logits[code] - total, 0) / from.length;
      }
    }
  }
  assertClose(found, sum / (2 * frames * foreseen), 1e-4);
});

function inMemory(tensors: ReturnType<typeof decoderCheckpoint>): Weights {
  return {
    name: "memory",
    names: () => Object.keys(tensors),
    has: (name) => name in tensors,
    shape: (name) => tensors[name].shape,
    read: (name) => tensors[name].data as Float32Array,
  };
}
