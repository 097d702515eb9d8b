import assert from "node:assert/strict";
import { before, test } from "node:test";
import { decoderCheckpoint, fromDecoderCheckpoint } from "../../experiments/train/checkpointLayout";
import { createDecoderParameters, decoderLogits, textShape } from "../../experiments/train/decoderNetwork";
import { studioCodec, studioDecoder } from "../../experiments/train/studio";
import { studioTokenizer, studioTokens } from "../../experiments/train/tokenizerFile";
import { startBackend, tf } from "../../lib/backend";
import type { Weights } from "../../lib/model/checkpoint";
import { createDecoder } from "../../lib/model/decoder";
import { createTextEncoder } from "../../lib/model/textEncoder";
import { openTokenizer } from "../../lib/model/tokenizer";
import { random } from "../../lib/random";
import { assertClose } from "../model/close";

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
  const back = fromDecoderCheckpoint(weights, parameters);
  for (const [name, { data }] of parameters.values()) assert.deepEqual(back.get(name), data, name);
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

  assertClose(exported, trained, 1e-4, "logits");
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
