import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { diskFolder } from "../../lib/disk/folder";
import { startBackend } from "../../lib/engine";
import { random } from "../../lib/math/random";
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";
import { readConfig } from "../../lib/model/checkpoint/config";
import { type Codec, createCodec } from "../../lib/model/codec/codec";
import { streamDecoder } from "../../lib/model/codec/stream";
import type { TokenGrid } from "../../lib/model/generate/tokens";

const fixtures = join(__dirname, "../fixtures");
const frames = 90;

before(() => startBackend());

for (const name of ["codec-causal", "codec-odd", "codec-trimmed", "codec-still", "musicgen/plain"]) {
  test(`${name}: stretches joined are the whole take's sound`, () => {
    const codec = open(name);
    const takes = [tokens(codec, 1), tokens(codec, 2)];
    const whole = codec.decode(takes);
    for (const steps of [[1], [7], [3, 20, 1, 40]]) {
      const { joined, stretches } = stream(codec, takes, steps);
      assert.ok(stretches > 2);
      for (const [row, samples] of joined.entries()) {
        assert.equal(samples.length, whole[row].length);
        const worst = farthest(samples, whole[row]);
        if (codec.isRecurrent) assert.ok(worst < 0.05, `${worst}`);
        else assert.ok(worst < 1e-6, `differs by ${worst}`);
      }
    }
  });
}

test("a stretch is given out once its future is known, and nothing twice", () => {
  const codec = open("codec-still");
  const takes = [tokens(codec, 3)];
  const player = streamDecoder(codec);
  const { before, after } = player.context;
  assert.equal(player.decode(takes, before + after)[0].length, 0);
  assert.equal(player.decode(takes, before + after + 1)[0].length, (before + 1) * codec.config.hopLength);
  assert.equal(player.decode(takes, before + after + 1)[0].length, 0);
  assert.equal(player.done, before + 1);
});

function open(name: string): Codec {
  const disk = diskFolder(join(fixtures, name));
  return createCodec(openCheckpoint(disk), readConfig(disk).audioEncoder);
}

function tokens({ config }: Codec, seed: number): TokenGrid {
  const uniform = random(seed);
  return Array.from({ length: config.codebooks }, () =>
    Int32Array.from({ length: frames }, () => Math.floor(uniform() * config.codebookSize)),
  );
}

/** All samples of all rows, given out while frames come in these numbers. */
function stream(codec: Codec, takes: TokenGrid[], steps: number[]) {
  const player = streamDecoder(codec, takes.length);
  const parts: Float32Array[][] = takes.map(() => []);
  let stretches = 0;
  for (let known = 0, i = 0; known < frames; i++) {
    known = Math.min(frames, known + steps[i % steps.length]);
    const fresh = player.decode(takes, known, known === frames);
    if (fresh[0].length > 0) stretches++;
    for (const [row, samples] of fresh.entries()) parts[row].push(samples);
  }
  return { stretches, joined: parts.map((all) => Float32Array.from(all.flatMap((part) => [...part]))) };
}

function farthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i])), 0);
}
