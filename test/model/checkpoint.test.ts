import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { diskFolder } from "../../lib/disk/folder";
import { memoryFile } from "../../lib/files/file";
import type { Folder } from "../../lib/files/folder";
import { openCheckpoint, part } from "../../lib/model/checkpoint/checkpoint";
import { readConfig } from "../../lib/model/checkpoint/config";
import { encodeSafetensors } from "../../lib/model/checkpoint/safetensors";
import { checkShapes, partsOf } from "../../lib/model/checkpoint/shapes";

const fixtures = join(__dirname, "../fixtures");
const a = { shape: [2], data: Float32Array.of(1, 2) };
const b = { shape: [1], data: Float32Array.of(3) };
const index = "model.safetensors.index.json";
const map = (weights: unknown) => JSON.stringify({ weight_map: weights });

test("one file or shards, the weights and the fingerprint are the same", () => {
  const whole = openCheckpoint(
    folderOf({ "config.json": "{}", "model.safetensors": encodeSafetensors({ a, b }) }),
  );
  const shards = openCheckpoint(
    folderOf({
      "config.json": "{}",
      [index]: map({ b: "1.safetensors", a: "2.safetensors" }),
      "1.safetensors": encodeSafetensors({ b }, { metadata: { format: "pt" } }),
      "2.safetensors": encodeSafetensors({ a }),
    }),
  );
  assert.deepEqual(shards.read("a"), a.data);
  assert.deepEqual(shards.shape("b"), [1]);
  assert.match(whole.fingerprint(), /^[0-9a-f]{64}$/);
  assert.equal(whole.fingerprint(), shards.fingerprint());
});

test("another weight or another configuration gives another fingerprint", () => {
  const print = (config: string, values: number[]) => {
    const tensor = { shape: [2], data: Float32Array.from(values) };
    const files = { "config.json": config, "model.safetensors": encodeSafetensors({ tensor }) };
    return openCheckpoint(folderOf(files)).fingerprint();
  };
  const prints = [print("{}", [1, 2]), print("{}", [1, 3]), print('{"a":1}', [1, 2])];
  assert.equal(new Set(prints).size, 3);
  assert.equal(print("{}", [1, 2]), prints[0]);
});

test("a part of a checkpoint goes by its own names", () => {
  const file = encodeSafetensors({ "x.a": a, "y.b": b });
  const weights = part(openCheckpoint(folderOf({ "model.safetensors": file })), "x.");
  assert.deepEqual(weights.names(), ["a"]);
  assert.deepEqual(weights.read("a"), a.data);
  assert.equal(weights.has("b"), false);
});

test("each broken folder is one clear error", () => {
  const file = encodeSafetensors({ a });
  const cases: [Record<string, string | Uint8Array>, RegExp][] = [
    [{}, /model: expected model.safetensors or model.safetensors.index.json, found neither/],
    [{ "pytorch_model.bin": "" }, /found pytorch_model.bin \(save it as safetensors\)/],
    [
      { [index]: map({ a: "gone.safetensors" }) },
      /index.json: expected the shard gone.safetensors .*found no such file/,
    ],
    [{ [index]: map({ a: "s", b: "s" }), s: file }, /model\/s: expected a tensor b .*found none/],
    [
      { [index]: map({ a: "../../etc/passwd" }) },
      /a: expected a file of the same folder, found "..\/..\/etc\/passwd"/,
    ],
    [{ [index]: map({ a: ".." }) }, /a: expected a file of the same folder, found ".."/],
    [{ [index]: map({ a: 7 }) }, /a: expected a file of the same folder, found 7/],
    [{ [index]: map([1]) }, /expected a weight_map/],
    [{ [index]: "{}" }, /expected a weight_map/],
    [{ [index]: "{" }, /index.json: expected JSON/],
    [{ [index]: map({ a: "s" }), s: file.slice(0, -1) }, /model\/s: .*data_offsets within/],
  ];
  for (const [files, message] of cases) assert.throws(() => openCheckpoint(folderOf(files)), message);
  const weights = openCheckpoint(folderOf({ "model.safetensors": file }));
  assert.throws(() => weights.read("b"), /model: expected a tensor b, found none/);
  assert.throws(() => diskFolder(join(fixtures, "nowhere")), /nowhere: expected a model's folder/);
});

test("weights that contradict config.json are named, with the shape expected and the shape found", () => {
  const folder = diskFolder(join(fixtures, "codec-trimmed"));
  const weights = openCheckpoint(folder);
  const config = readConfig(folder);
  assert.deepEqual([...partsOf(weights)], ["audio_encoder"]);
  checkShapes(weights, config);
  const wider = { ...config, audioEncoder: { ...config.audioEncoder, numFilters: 8 } };
  assert.throws(
    () => checkShapes(weights, wider),
    /audio_encoder.encoder.layers.0.conv.weight: config.json expects \[8, 1, 7\], found \[4, 1, 7\]/,
  );
  const more = { ...config, audioEncoder: { ...config.audioEncoder, numQuantizers: 4 } };
  assert.throws(
    () => checkShapes(weights, more),
    /expected a tensor .*layers.3.codebook.embed \[16, 8\], found none/,
  );
  const strange = openCheckpoint(folderOf({ "model.safetensors": encodeSafetensors({ a }) }));
  assert.throws(
    () => checkShapes(strange, config),
    /expected tensors of a decoder, text_encoder or audio_encoder/,
  );
});

/** A folder in memory. */
function folderOf(files: Record<string, string | Uint8Array>): Folder {
  return {
    name: "model",
    has: (file) => Object.hasOwn(files, file),
    text: (file) => files[file] as string,
    open: (file) => memoryFile(`model/${file}`, files[file] as Uint8Array),
    sha256: (chunks) => {
      const hash = createHash("sha256");
      for (const chunk of chunks) hash.update(chunk);
      return hash.digest("hex");
    },
  };
}
