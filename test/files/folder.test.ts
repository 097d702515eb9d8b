import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { diskFolder } from "../../lib/disk/folder";
import { memoryFolder, readJson } from "../../lib/files/folder";
import { hashOf, sha256 } from "../../lib/math/hash";
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";

const fixture = join(__dirname, "../fixtures/musicgen/plain");
const inMemory = memoryFolder(
  fixture,
  new Map(readdirSync(fixture).map((file) => [file, readFileSync(join(fixture, file))])),
);

test("a folder in memory is the one on disk: files, texts, bytes and the model's fingerprint", () => {
  const disk = diskFolder(fixture);
  for (const file of [...readdirSync(fixture), "none.json"]) {
    assert.equal(inMemory.has(file), disk.has(file), file);
    if (!disk.has(file)) continue;
    const [ours, theirs] = [inMemory, disk].map((folder) => folder.open(file));
    assert.deepEqual([ours.name, ours.size], [theirs.name, theirs.size]);
    assert.deepEqual(ours.read(1, ours.size - 1), theirs.read(1, theirs.size - 1));
  }
  assert.equal(inMemory.text("config.json"), disk.text("config.json"));
  assert.deepEqual(readJson(inMemory, "config.json"), readJson(disk, "config.json"));
  assert.equal(openCheckpoint(inMemory).fingerprint(), openCheckpoint(disk).fingerprint());
});

test("a file that is not in a folder in memory is asked for by name", () => {
  for (const ask of [inMemory.text, inMemory.open])
    assert.throws(() => ask("none.json"), /plain\/none\.json: expected this file, found none/);
});

test("hashes are OpenSSL's", () => {
  const chunks = ["", "a", "smitin".repeat(1000), "\u00e9\ud83c\udfb5"].map((text) => Buffer.from(text));
  const expected = createHash("sha256");
  for (const chunk of chunks) expected.update(chunk);
  assert.equal(sha256(chunks), expected.digest("hex"));
  const parts = [Float32Array.of(1, -2.5), "caf\u00e9", Int32Array.of(7)];
  const named = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : new Uint8Array(part.buffer);
    named.update(`${bytes.length}:`).update(bytes);
  }
  assert.equal(hashOf(...parts), named.digest("hex").slice(0, 16));
});
