import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { Audio } from "../../lib/audio/audio";
import { loadClap, type Transformers } from "../../lib/hub/loadClap";
import { type ClapEncoders, clapWindows, createClapJudge, presenceProbability } from "../../lib/judges/clap";
import { embedClips } from "../../lib/judges/embedding";
import { isPresent } from "../../lib/judges/presence";
import { random } from "../../lib/math/random";
import { assertClose } from "../close";
import { clapLibrary } from "./clapLibrary";

const clip = (seconds: number, value: number, sampleRate = 1000): Audio => ({
  samples: new Float32Array(seconds * sampleRate).fill(value),
  sampleRate,
});

/** Hears loud as [1, 0] and soft as [0, 1]; reads "loud" and "soft" so too. */
const encoders: ClapEncoders = {
  name: "toy",
  sampleRate: 1000,
  seconds: 2,
  audio: async (samples) => (samples[0] > 0.5 ? Float32Array.of(3, 0) : Float32Array.of(0, 2)),
  texts: async (texts) =>
    texts.map((text) => (text.includes("loud") ? Float32Array.of(5, 0) : Float32Array.of(0, 1))),
};
const captions = { loudness: { with: ["loud music", "very loud"], without: ["soft music"] } };

test("a trait is present where the clip is nearer to the captions with it", async () => {
  const judge = await createClapJudge(encoders, { captions });
  const [loud, soft] = await judge.hear([clip(5, 0.9), clip(1, 0.1)]);
  assert.deepEqual(judge.traits, ["loudness"]);
  assert.equal(loud.probabilities.length, 3);
  assert.ok(loud.probabilities.every(([p]) => p > 0.999));
  assert.ok(soft.probabilities.length === 1 && soft.probabilities[0][0] < 0.001);
  assert.deepEqual([isPresent(loud, "loudness"), isPresent(soft, "loudness")], [true, false]);
  const { clips, embedding } = await embedClips(judge.embedding, "takes", [clip(5, 0.9), clip(1, 0.1, 500)]);
  assert.equal(embedding, "CLAP toy");
  assert.deepEqual(clips, [[Float32Array.of(1, 0)], [Float32Array.of(0, 1)]]);
});

test("probabilities are the softmax of scaled cosines", () => {
  const sides: [Float32Array, Float32Array] = [Float32Array.of(2, 0), Float32Array.of(0, 7)];
  assert.equal(presenceProbability(Float32Array.of(1, 1), sides, 10), 0.5);
  const probability = presenceProbability(Float32Array.of(3, 4), sides, 10); // cosines .6 and .8
  assertClose(probability, Math.exp(6) / (Math.exp(6) + Math.exp(8)), 1e-6);
});

test("short clips are repeated whole, long ones cut without gaps", () => {
  const short = clipWindows([1, 2, 3], 8);
  assert.deepEqual(short, [[1, 2, 3, 1, 2, 3, 0, 0]]);
  assert.deepEqual(clipWindows([1, 2, 3, 4, 5], 2), [
    [1, 2],
    [3, 4],
    [4, 5],
  ]);
});

test("a trait needs captions with and without it, a clip needs samples", async () => {
  const one = { captions: { x: { with: ["a"], without: [] } } };
  await assert.rejects(createClapJudge(encoders, one), /captions of x: .* found 1 and 0/);
  const judge = await createClapJudge(encoders, { captions });
  await assert.rejects(judge.hear([]), /CLAP: expected at least one clip, found none/);
  await assert.rejects(judge.hear([clip(1, Number.NaN)]), /found NaN/);
});

test("a folder of weights is opened without the network, and its halves are put together", async () => {
  const folder = clapFolder({ sampling_rate: 1000, nb_max_samples: 2000, truncation: "rand_trunc" });
  const opened: [string, object][] = [];
  const audio = (samples: Float32Array) => {
    assert.equal(samples.length, 2000);
    return encoders.audio(samples);
  };
  const library = clapLibrary({ ...encoders, audio }, (model, options) => opened.push([model, options]));
  const judge = await loadClap({ model: folder, captions, library });
  assert.equal(library.env.allowRemoteModels, false);
  assert.equal(opened.length, 4);
  for (const [model, options] of opened)
    assert.deepEqual([model, options], [folder, { local_files_only: true, dtype: "fp32" }]);
  const verdicts = await judge.hear([clip(1, 0.9), clip(1, 0.1)]);
  assert.deepEqual(
    verdicts.map((verdict) => isPresent(verdict, "loudness")),
    [true, false],
  );
});

test("missing weights and a model that cannot be used are named", async () => {
  await assert.rejects(
    loadClap({ model: "nobody/clap" }),
    /CLAP "nobody\/clap": expected config.json, .*onnx\/text_model.onnx in .* found not all of them. Put them there/,
  );
  await assert.rejects(
    loadClap({ model: "nobody/clap", quantized: true }),
    /onnx\/text_model_quantized.onnx/,
  );
  const fusion = clapFolder({ sampling_rate: 48000, nb_max_samples: 480000, truncation: "fusion" });
  const part = { from_pretrained: async () => assert.fail };
  const library = {
    env: { allowRemoteModels: true },
    AutoTokenizer: part,
    AutoProcessor: part,
    ClapTextModelWithProjection: part,
    ClapAudioModelWithProjection: part,
  } as unknown as Transformers;
  await assert.rejects(
    loadClap({ model: fusion, library }),
    /did not load: .*preprocessor_config.json: expected .*"fusion"/,
  );
});

const transformers = optionalLibrary();
const skip = transformers ? false : "needs the optional package @huggingface/transformers";
test("the package itself runs a folder of weights, and says so when one is broken", { skip }, async () => {
  const hissing = { hiss: { with: ["music with hiss"], without: ["music with hum"] } };
  const toy = join(__dirname, "../fixtures/clap");
  const judge = await loadClap({ model: toy, captions: hissing, library: transformers });
  const uniform = random(1);
  const hum = {
    ...clip(12, 0, 16000),
    samples: new Float32Array(192000).map((_, i) => 0.3 * Math.sin(i / 42)),
  };
  const hiss = { ...clip(3, 0, 48000), samples: new Float32Array(144000).map(() => 0.3 * uniform() - 0.15) };
  const verdicts = await judge.hear([hum, hiss]);
  assert.deepEqual(
    verdicts.map((verdict) => [verdict.probabilities.length, isPresent(verdict, "hiss")]),
    [
      [2, false],
      [1, true],
    ],
  );
  const broken = clapFolder({ sampling_rate: 48000, nb_max_samples: 480000, truncation: "rand_trunc" });
  await assert.rejects(
    loadClap({ model: broken, library: transformers }),
    /CLAP ".*clap-.*": did not load: /,
  );
});

function optionalLibrary(): Transformers | undefined {
  const name = "@huggingface/transformers";
  try {
    return require(name);
  } catch {
    return undefined;
  }
}

function clipWindows(samples: number[], size: number): number[][] {
  const windows = clapWindows(
    { samples: Float32Array.from(samples), sampleRate: 10 },
    { sampleRate: 10, seconds: size / 10 },
  );
  return windows.map((window) => Array.from(window));
}

function clapFolder(preprocessing: object): string {
  const folder = mkdtempSync(join(tmpdir(), "clap-"));
  for (const file of [
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "onnx/audio_model.onnx",
    "onnx/text_model.onnx",
  ]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "{}");
  }
  writeFileSync(join(folder, "preprocessor_config.json"), JSON.stringify(preprocessing));
  return folder;
}
