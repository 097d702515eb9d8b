import assert from "node:assert/strict";
import { test } from "node:test";
import type { Folder } from "../../lib/files/folder";
import { readConfig } from "../../lib/model/checkpoint/config";

test("keys that are absent take transformers' defaults", () => {
  const config = read({ model_type: "musicgen" });
  assert.equal(config.decoder.numHiddenLayers, 24);
  assert.equal(config.decoder.padTokenId, 2048);
  assert.equal(config.textEncoder.feedForwardProj, "relu");
  assert.equal(config.audioEncoder.hopLength, 320);
  assert.equal(config.audioEncoder.frameRate, 75);
  assert.equal(config.audioEncoder.numQuantizers, 32);
  assert.equal(config.audioEncoder.codebooks, 2);
  assert.deepEqual(config.generation, {
    doSample: true,
    guidanceScale: 3,
    maxLength: 1500,
    topK: 250,
    topP: 1,
    temperature: 1,
  });
});

test("musicgen-small's codec has four codebooks of fifty frames a second", () => {
  const { audioEncoder } = read({
    model_type: "musicgen",
    audio_encoder: {
      model_type: "encodec",
      sampling_rate: 32000,
      upsampling_ratios: [8, 5, 4, 4],
      codebook_size: 2048,
      target_bandwidths: [2.2],
      num_filters: 64,
      use_causal_conv: false,
      chunk_length_s: null,
    },
  });
  assert.equal(audioEncoder.frameRate, 50);
  assert.equal(audioEncoder.codebooks, 4);
  assert.equal(audioEncoder.numQuantizers, 4);
});

test("generation_config.json is read where there is one", () => {
  const { generation } = read(
    { model_type: "musicgen" },
    { guidance_scale: 2.5, do_sample: false, top_k: 0, top_p: 0.9 },
  );
  assert.deepEqual(generation, {
    doSample: false,
    guidanceScale: 2.5,
    maxLength: 1500,
    topK: 0,
    topP: 0.9,
    temperature: 1,
  });
});

test("what the lab does not run, or cannot be, is refused by name", () => {
  const codec = (values: object) => ({ model_type: "musicgen", audio_encoder: values });
  const decoder = (values: object) => ({ model_type: "musicgen", decoder: values });
  const text = (values: object) => ({ model_type: "musicgen", text_encoder: values });
  const cases: [object, RegExp][] = [
    [{}, /config.json: model_type: expected "musicgen", found nothing/],
    [{ model_type: "musicgen_melody" }, /model_type: expected "musicgen", found "musicgen_melody"/],
    [{ model_type: "musicgen", decoder: 7 }, /decoder: expected an object, found 7/],
    [
      decoder({ model_type: "musicgen_melody_decoder" }),
      /decoder: model_type: .*found "musicgen_melody_decoder"/,
    ],
    [decoder({ audio_channels: 2 }), /decoder: audio_channels: expected 1, found 2/],
    [decoder({ activation_function: "swish" }), /activation_function: expected "gelu" or .*found "swish"/],
    [
      decoder({ hidden_size: 100 }),
      /hidden_size: expected a multiple of num_attention_heads = 16, found 100/,
    ],
    [
      decoder({ num_hidden_layers: 2 ** 60 }),
      /num_hidden_layers: expected a whole number from 1 to 1024, found 1152/,
    ],
    [decoder({ num_hidden_layers: 0 }), /num_hidden_layers: expected a whole number/],
    [decoder({ vocab_size: "2048" }), /vocab_size: expected a whole number .*found "2048"/],
    [decoder({ pad_token_id: -1 }), /pad_token_id: expected a token from 0 to 2048, found -1/],
    [decoder({ scale_embedding: 1 }), /scale_embedding: expected true or false, found 1/],
    [decoder({ cross_attention_hidden_size: 768 }), /cross_attention_hidden_size: expected 1024, found 768/],
    [text({ model_type: "bert" }), /text_encoder: model_type: expected "t5", found "bert"/],
    [
      text({ feed_forward_proj: "gated-silu" }),
      /feed_forward_proj: expected "relu" or "gated-gelu", found "gated-silu"/,
    ],
    [text({ layer_norm_epsilon: 0 }), /layer_norm_epsilon: expected a number above 0, found 0/],
    [codec({ model_type: "dac" }), /audio_encoder: model_type: expected "encodec", found "dac"/],
    [codec({ norm_type: "time_group_norm" }), /norm_type: expected "weight_norm", found "time_group_norm"/],
    [codec({ normalize: true }), /normalize: expected false, found true/],
    [codec({ chunk_length_s: 1 }), /chunk_length_s: expected null .*found 1/],
    [codec({ audio_channels: 2 }), /audio_channels: expected 1, found 2/],
    [codec({ codebook_dim: 64 }), /codebook_dim: expected the codec's hidden_size \(128\), found 64/],
    [codec({ codebook_size: 1 }), /codebook_size: expected at least 2, found 1/],
    [codec({ target_bandwidths: [] }), /target_bandwidths: expected a list of numbers above 0, found \[\]/],
    [codec({ target_bandwidths: [0.1] }), /target_bandwidths: expected what 1 to 1024 codebooks/],
    [codec({ target_bandwidths: [1e300] }), /target_bandwidths: expected what 1 to 1024 codebooks/],
    [codec({ upsampling_ratios: [8, 0] }), /upsampling_ratios: expected a list/],
    [
      codec({ upsampling_ratios: [4096, 4096, 4096] }),
      /upsampling_ratios: expected a product of at most 24000/,
    ],
    [codec({ pad_mode: "circular" }), /pad_mode: expected "reflect" or .*found "circular"/],
    [codec({ trim_right_ratio: 2 }), /trim_right_ratio: expected a number from 0 to 1, found 2/],
    [
      codec({ use_causal_conv: false, trim_right_ratio: 0.5 }),
      /trim_right_ratio: expected 1 without use_causal_conv/,
    ],
  ];
  for (const [config, message] of cases) assert.throws(() => read(config), message);
  assert.throws(
    () => read({ model_type: "musicgen" }, { temperature: -1 }),
    /generation_config.json: temperature/,
  );
});

test("a missing or broken config.json is named", () => {
  assert.throws(() => readConfig(folderOf({})), /model\/config.json: expected this file, found none/);
  assert.throws(() => readConfig(folderOf({ "config.json": "{" })), /model\/config.json: expected JSON/);
  assert.throws(() => readConfig(folderOf({ "config.json": "[]" })), /expected a JSON object, found a list/);
});

function read(config: object, generation?: object) {
  const files: Record<string, string> = { "config.json": JSON.stringify(config) };
  if (generation) files["generation_config.json"] = JSON.stringify(generation);
  return readConfig(folderOf(files));
}

function folderOf(files: Record<string, string>): Folder {
  return {
    name: "model",
    has: (file) => Object.hasOwn(files, file),
    text: (file) => files[file],
    open: () => assert.fail("a configuration is text"),
    sha256: () => assert.fail("a configuration needs no hash"),
  };
}
