import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { diskFolder } from "../../lib/disk/folder";
import { startBackend } from "../../lib/engine";
import type { RandomAccessFile } from "../../lib/files/file";
import type { Folder } from "../../lib/files/folder";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";
import { encodeSafetensors } from "../../lib/model/checkpoint/safetensors";
import { checkMemory, floatBytes } from "../../lib/model/memoryLimit";
import { openMusicGen } from "../../lib/model/musicgen";
import { freshHome } from "../hub/environment";
import { type HubFile, type HubModel, type PretendedHub, startHub } from "../hub/server";

const fixture = join(__dirname, "../fixtures/musicgen/plain");
const config = readFileSync(join(fixture, "config.json"), "utf8");
const text = (value: string): HubFile => ({ bytes: new TextEncoder().encode(value) });
const whole: HubFile = { bytes: readFileSync(join(fixture, "model.safetensors")), isLarge: true };
const melody = JSON.stringify({ model_type: "musicgen_melody" });
const stereo = JSON.stringify({ ...JSON.parse(config), decoder: { audio_channels: 2 } });
const commit = "d".repeat(40);
const withWeights = (settings: string, weights: HubFile = whole): HubModel => ({
  commit,
  files: { "config.json": text(settings), "model.safetensors": weights },
});

let hub: PretendedHub;
before(async () => {
  await startBackend("wasm");
  hub = await startHub({
    "lab/tiny": withWeights(config),
    "lab/halves": { commit, files: { "config.json": text(config), ...halves() } },
    "lab/melody": withWeights(melody),
    "lab/stereo": withWeights(stereo),
    "lab/large": withWeights(config, { ...whole, size: 6.6e9 }),
  });
});
after(() => hub.close());

const home = (t: TestContext) => freshHome(t, { HF_ENDPOINT: hub.endpoint });

test("a model of the hub is fetched, and is the one that was put there", async (t) => {
  home(t);
  const files: string[] = [];
  const onProgress = (done: number, total: number, file?: string) =>
    void (done === total && files.push(file!));
  const model = await loadMusicGen("lab/tiny", { onProgress });
  assert.deepEqual(files, ["config.json", "model.safetensors"]);
  assert.equal(model.name, "lab/tiny");
  assert.equal(model.fingerprint, openCheckpoint(diskFolder(fixture)).fingerprint());
  assert.ok(model.decoder);
  model.dispose();
});

test("half-precision shards of the hub hold the same numbers, to half precision", async (t) => {
  const cache = join(home(t), "hub/models--lab--halves/snapshots", commit);
  const model = await loadMusicGen("lab/halves");
  assert.ok(model.decoder);
  model.dispose();
  const [ours, original] = [cache, fixture].map((folder) => openCheckpoint(diskFolder(folder)));
  for (const name of original.names()) {
    const expected = original.read(name);
    const found = ours.read(name);
    assert.ok(
      expected.every((value, i) => Math.abs(found[i] - value) <= Math.abs(value) / 2048 + 2 ** -24, name),
    );
  }
});

test("models that are something else are refused by name, or by their configuration, before their weights come", async (t) => {
  home(t);
  hub.requests.length = 0;
  await assert.rejects(
    loadMusicGen("facebook/musicgen-melody"),
    /follows a melody.*musicgen-small, -medium, -large/,
  );
  await assert.rejects(loadMusicGen("facebook/musicgen-stereo-melody-large"), /follows a melody/);
  await assert.rejects(loadMusicGen("facebook/musicgen-stereo-small"), /two channels/);
  await assert.rejects(loadMusicGen("facebook/audiogen-medium"), /no MusicGen/);
  assert.deepEqual(hub.requests, []);
  await assert.rejects(loadMusicGen("lab/melody"), /expected "musicgen", found "musicgen_melody"/);
  await assert.rejects(loadMusicGen("lab/stereo"), /audio_channels: expected 1, found 2/);
  assert.ok(!hub.fetched().includes("model.safetensors"));
});

test("a name that is neither a folder nor a model of the hub's says what was expected", async () => {
  for (const name of ["musicgen-small", "./nowhere", "/no/where", "a/b/c"]) {
    await assert.rejects(
      loadMusicGen(name),
      /expected config\.json, model\.safetensors .*; found none \(nor/,
    );
  }
});

test("a model that the wasm engine has no room for is refused before it is fetched or read", async (t) => {
  home(t);
  hub.requests.length = 0;
  const advice = /wasm engine has 3\.8 GB .*found 6\.6 GB or more.*npm run native.*SMITIN_BACKEND=node/;
  await assert.rejects(loadMusicGen("lab/large"), advice);
  assert.ok(!hub.fetched().includes("model.safetensors"));
  assert.throws(
    () => openMusicGen(swollen()),
    /plain: the wasm engine .*found 4\.3 GB or more of them \(.*F16/,
  );
  checkMemory("small", floatBytes(openCheckpoint(diskFolder(fixture))));
});

/** The fixture's weights in F16, in two shards. */
function halves(): Record<string, HubFile> {
  const weights = openCheckpoint(diskFolder(fixture));
  const shards: HubFile[] = [];
  const map: Record<string, string> = {};
  for (const n of [0, 1]) {
    const names = weights.names().filter((_, i) => i % 2 === n);
    for (const name of names) map[name] = `model-0000${n + 1}-of-00002.safetensors`;
    const tensors = names.map((name) => [name, { shape: weights.shape(name), data: weights.read(name) }]);
    shards.push({ bytes: encodeSafetensors(Object.fromEntries(tensors), { dtype: "F16" }), isLarge: true });
  }
  return {
    "model.safetensors.index.json": text(JSON.stringify({ weight_map: map })),
    "model-00001-of-00002.safetensors": shards[0],
    "model-00002-of-00002.safetensors": shards[1],
  };
}

/** The fixture with one more tensor, of 2 GB in F16, in a file of which only the header can be read. */
function swollen(): Folder {
  const disk = diskFolder(fixture);
  const { bytes } = whole;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const table = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const end = bytes.length - 8 - length;
  table["decoder.extra"] = { dtype: "F16", shape: [2 ** 30], data_offsets: [end, end + 2 ** 31] };
  const json = new TextEncoder().encode(JSON.stringify(table));
  const header = new Uint8Array(8 + json.length);
  new DataView(header.buffer).setBigUint64(0, BigInt(json.length), true);
  header.set(json, 8);
  const open = (name: string): RandomAccessFile => ({
    name,
    size: header.length + end + 2 ** 31,
    read: (offset, count) => {
      assert.ok(offset + count <= header.length, "weights are read before there is room for them");
      return header.slice(offset, offset + count);
    },
  });
  return { ...disk, name: "plain", open };
}
