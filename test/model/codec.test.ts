import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { diskFile, diskFolder } from "../../lib/disk/folder";
import { startBackend, tf } from "../../lib/engine";
import { memoryFile } from "../../lib/files/file";
import { openCheckpoint, part } from "../../lib/model/checkpoint/checkpoint";
import { readConfig } from "../../lib/model/checkpoint/config";
import { encodeSafetensors, openSafetensors } from "../../lib/model/checkpoint/safetensors";
import { checkShapes } from "../../lib/model/checkpoint/shapes";
import { type Codec, createCodec } from "../../lib/model/codec/codec";
import { runEncoder } from "../../lib/model/codec/network";
import { readCodecTensors, type Values, writeCodecTensors } from "../../lib/model/codec/weights";
import { assertClose } from "../close";

const fixtures = join(__dirname, "../fixtures");

before(() => startBackend());

for (const name of ["causal", "odd", "trimmed", "still"]) {
  test(`codec-${name} gives PyTorch's latents, codes and audio`, () => {
    const { codec, config, checkpoint, expected } = open(name);
    const tensors = new Map<string, tf.Tensor>();
    readCodecTensors(part(checkpoint, "audio_encoder."), config, (key, { shape, data }) => {
      tensors.set(key, tf.tensor(data, shape));
    });
    for (let n = 0; expected.has(`audio.${n}`); n++) {
      const audio = expected.read(`audio.${n}`);
      const latents = tf.tidy(() => {
        const x = tf.tensor(audio, [1, audio.length, 1]) as tf.Tensor3D;
        return tf.transpose(
          runEncoder(config, (key) => tensors.get(key), x),
          [0, 2, 1],
        );
      });
      assertClose(
        latents.dataSync(),
        expected.read(`latents.${n}`),
        { ofLargest: 1e-4 },
        `latents of clip ${n}`,
      );
      const [grid] = codec.encode([audio]);
      assert.deepEqual(
        grid.flatMap((row) => [...row]),
        [...expected.readIntegers(`codes.${n}`)],
      );
      const [decoded] = codec.decode([grid]);
      assertClose(decoded, expected.read(`decoded.${n}`), { ofLargest: 1e-4 }, `audio of clip ${n}`);
    }
  });
}

test("a batch of clips of several lengths gives what each clip gives alone, and leaks no tensor", () => {
  const { codec, expected } = open("causal");
  const clips = [3, 2, 3, 1, 3].map((n) => expected.read(`audio.${n}`));
  const alone = clips.map((clip) => codec.encode([clip])[0]);
  const tensors = tf.memory().numTensors;
  assert.deepEqual(codec.encode(clips), alone);
  const audio = codec.decode(alone);
  assert.equal(tf.memory().numTensors, tensors);
  for (const [i, grid] of alone.entries())
    assertClose(audio[i], codec.decode([grid])[0], { ofLargest: 1e-5 });
});

test("an LSTM of zeros is left out", () => {
  const left = (name: string) => {
    const { config, checkpoint } = open(name);
    const names: string[] = [];
    readCodecTensors(part(checkpoint, "audio_encoder."), config, (key) => names.push(key));
    return names.filter((key) => key.includes("lstm")).length;
  };
  assert.equal(left("still"), 0);
  assert.equal(left("causal"), 16);
});

for (const name of ["causal", "still"]) {
  test(`codec-${name}: tensors written back are a checkpoint that runs alike`, () => {
    const { codec, config, checkpoint, expected } = open(name);
    const values = new Map<string, Values>();
    readCodecTensors(part(checkpoint, "audio_encoder."), config, (key, value) => values.set(key, value));
    const written = encodeSafetensors(writeCodecTensors(config, (key) => values.get(key)));
    const again = createCodec(openSafetensors(memoryFile("again", written)), config);
    const clip = expected.read("audio.1");
    const grids = codec.encode([clip]);
    assert.deepEqual(again.encode([clip]), grids);
    assert.deepEqual(again.decode(grids), codec.decode(grids));
    const lstm = openSafetensors(memoryFile("again", written)).shape(
      "audio_encoder.decoder.layers.1.lstm.weight_ih_l0",
    );
    const channels = config.numFilters * 2 ** config.upsamplingRatios.length;
    assert.deepEqual(lstm, [4 * channels, channels]);
  });
}

test("clips and grids that make no sense are refused", () => {
  const { codec } = open("causal");
  assert.throws(() => codec.encode([new Float32Array(0)]), /clip 0: expected at least one sample/);
  assert.throws(
    () => codec.encode([Float32Array.of(0, Number.NaN)]),
    /expected finite samples, found NaN at 1/,
  );
  assert.throws(() => codec.decode([[]]), /expected 1 to 3 codebooks, found 0/);
  assert.throws(() => codec.decode([[Int32Array.of(16)]]), /codes from 0 to 15, found 16/);
  assert.throws(() => codec.decode([[Int32Array.of(1, 2), Int32Array.of(1)]]), /expected 2 frames/);
});

function open(name: string) {
  const folder = diskFolder(join(fixtures, `codec-${name}`));
  const checkpoint = openCheckpoint(folder);
  const config = readConfig(folder);
  checkShapes(checkpoint, config);
  const expected = openSafetensors(diskFile(join(folder.name, "expected.safetensors")));
  const codec: Codec = createCodec(checkpoint, config.audioEncoder);
  return { codec, config: config.audioEncoder, checkpoint, expected };
}
