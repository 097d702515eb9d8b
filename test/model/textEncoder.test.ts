import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { diskFile, diskFolder } from "../../lib/disk/folder";
import { startBackend, tf } from "../../lib/engine";
import { readJson } from "../../lib/files/folder";
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";
import { readConfig } from "../../lib/model/checkpoint/config";
import { openSafetensors } from "../../lib/model/checkpoint/safetensors";
import { checkShapes } from "../../lib/model/checkpoint/shapes";
import { createTextEncoder, relativeBuckets } from "../../lib/model/text/encoder";
import { openTokenizer } from "../../lib/model/text/tokenizer";
import { assertClose } from "../close";

const fixtures = join(__dirname, "../fixtures");

before(() => startBackend());

for (const name of ["relu", "gated"]) {
  const folder = diskFolder(join(fixtures, `text-${name}`));
  const expected = readJson(folder, "expected.json") as Record<"texts", string[]> &
    Record<"ids" | "mask", number[][]> &
    Record<"buckets", number[]>;

  test(`text-${name}: the tokenizer gives the reference's tokens, padded and masked`, () => {
    const { ids, mask } = openTokenizer(folder).encode(expected.texts);
    assert.deepEqual(ids, expected.ids);
    assert.deepEqual(mask, expected.mask);
    const pieces = openTokenizer(folder).pieces("a calm ballad");
    assert.equal(pieces.join(""), "acalmballad</s>");
    assert.equal(pieces.length, mask[1].filter(Boolean).length);
  });

  test(`text-${name}: the encoder gives PyTorch's states, and leaks no tensor`, () => {
    const checkpoint = openCheckpoint(folder);
    const config = readConfig(folder);
    checkShapes(checkpoint, config);
    const start = tf.memory().numTensors;
    const encoder = createTextEncoder(checkpoint, config.textEncoder);
    const states = encoder.encode({ ids: expected.ids, mask: expected.mask });
    const reference = openSafetensors(diskFile(join(folder.name, "expected.safetensors")));
    assert.deepEqual(states.shape, reference.shape("states"));
    assertClose(states.dataSync(), reference.read("states"), { ofLargest: 1e-4 });
    states.dispose();
    encoder.dispose();
    assert.equal(tf.memory().numTensors, start);
  });

  test(`text-${name}: relative positions fall into PyTorch's buckets`, () => {
    const length = 301;
    const buckets = relativeBuckets(length, readConfig(folder).textEncoder);
    const found = expected.buckets.map((_, i) => {
      const relative = i - 300; // key - query
      return buckets[relative < 0 ? -relative * length : relative];
    });
    assert.deepEqual(found, expected.buckets);
  });
}

test("tokens that are none are refused", () => {
  const folder = diskFolder(join(fixtures, "text-relu"));
  const encoder = createTextEncoder(openCheckpoint(folder), readConfig(folder).textEncoder);
  assert.throws(
    () => encoder.encode({ ids: [[1, 9999]], mask: [[1, 1]] }),
    /expected tokens from 0 to \d+, found 9999/,
  );
  assert.throws(() => openTokenizer(folder).encode([]), /expected at least one text/);
  assert.throws(
    () => openTokenizer(diskFolder(join(fixtures, "codec-odd"))),
    /tokenizer.json: expected this file/,
  );
});
