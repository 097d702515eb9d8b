import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, type TestContext, test } from "node:test";
import { modelSnapshot, type SnapshotOptions } from "../../lib/hub/snapshot";
import { freshHome } from "./environment";
import { gitId, type HubModel, type PretendedHub, sha256, startHub } from "./server";

const commit = "c".repeat(40);
const text = (value: string) => ({ bytes: new TextEncoder().encode(value) });
const large = (length: number, seed = 0) => ({
  bytes: Uint8Array.from({ length }, (_, i) => (i * 31 + seed) % 251),
  isLarge: true,
});
const weights = large(300_000);
const shards = {
  "model-00001-of-00002.safetensors": large(9000, 1),
  "model-00002-of-00002.safetensors": large(7000, 2),
};
const small = {
  "config.json": text("{}"),
  "generation_config.json": text('{"top_k":250}'),
  "tokenizer.json": text("[]"),
};

/** What the hub has; models are told apart by name. */
const models: Record<string, HubModel> = {
  "lab/whole": {
    commit,
    files: {
      ...small,
      "model.safetensors": weights,
      "pytorch_model.bin": large(1000),
      "state_dict.bin": large(1000),
      "README.md": text("hello"),
    },
  },
  "lab/shards": {
    commit,
    files: {
      ...small,
      ...shards,
      "model.safetensors.index.json": text(
        JSON.stringify({
          weight_map: { b: "model-00002-of-00002.safetensors", a: "model-00001-of-00002.safetensors" },
        }),
      ),
    },
  },
  "lab/xet": { commit, files: { ...small, "model.safetensors": { ...weights, isXet: true } } },
  "lab/gated": { commit, files: { ...small, "model.safetensors": weights }, token: "hf_right" },
  "lab/old": { commit, files: { ...small, "pytorch_model.bin": large(10) } },
  "lab/adapter": {
    commit,
    files: { "adapter_config.json": text("{}"), "adapter_model.safetensors": large(10) },
  },
  "lab/audiocraft": {
    commit,
    files: { "state_dict.bin": large(10), "compression_state_dict.bin": large(10) },
  },
  "lab/huge": { commit, files: { ...small, "model.safetensors": { ...weights, size: 1e16 } } },
  "lab/false": { commit, files: { ...small, "model.safetensors": { ...weights, sha256: "a".repeat(64) } } },
  "lab/nasty": {
    commit,
    files: { ...small, "model.safetensors.index.json": text('{"weight_map":{"a":"../../../evil"}}') },
  },
};

let hub: PretendedHub;
before(async () => {
  hub = await startHub(models);
});
after(() => hub.close());
beforeEach(() => {
  hub.requests.length = 0;
  Object.assign(hub, { drops: [], damaged: 0, ignoresRanges: false, isCloudfront: false });
});

/** A test's own home, whose hub is the pretended one. */
const home = (t: TestContext, values: Record<string, string> = {}) =>
  freshHome(t, { HF_ENDPOINT: hub.endpoint, ...values });
const get = (name: string, options: SnapshotOptions = {}) =>
  modelSnapshot(name, "here", { delay: 1, ...options });
const cacheOf = (home: string, name: string) => join(home, "hub", `models--${name.replace("/", "--")}`);

test("the needed files, and no others, go into the cache in Hugging Face's layout; the second time no server is asked", async (t) => {
  const cache = cacheOf(home(t), "lab/whole");
  const folder = await get("lab/whole");
  assert.equal(folder, join(cache, "snapshots", commit));
  assert.deepEqual(readdirSync(folder).sort(), [...Object.keys(small), "model.safetensors"].sort());
  assert.deepEqual(hub.fetched(), [...Object.keys(small), "model.safetensors"]);
  assert.equal(readFileSync(join(cache, "refs/main"), "utf8"), commit);
  assert.equal(readlinkSync(join(folder, "model.safetensors")), `../../blobs/${sha256(weights)}`);
  assert.equal(readlinkSync(join(folder, "config.json")), `../../blobs/${gitId(small["config.json"].bytes)}`);
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, "model.safetensors"))), weights.bytes);
  assert.ok(existsSync(join(cache, ".no_exist", commit, "tokenizer_config.json")));
  assert.ok(readdirSync(join(cache, "blobs")).every((name) => !name.endsWith(".incomplete")));
  hub.requests.length = 0;
  assert.equal(await get("lab/whole"), folder);
  assert.equal(await get("lab/whole", { revision: commit }), folder);
  assert.deepEqual(hub.requests, []);
});

test("shards come in turn, named by the index", async (t) => {
  home(t);
  const seen: string[] = [];
  const folder = await get("lab/shards", {
    inspect: (place, bytes) => {
      assert.equal(bytes, 16_000);
      assert.ok(existsSync(join(place, "config.json")));
      seen.push("inspected");
    },
    onProgress: (done, total, file) => done === total && file!.includes("-of-") && seen.push(file!),
  });
  assert.deepEqual(seen, ["inspected", ...Object.keys(shards)]);
  for (const [name, { bytes }] of Object.entries(shards)) {
    assert.deepEqual(new Uint8Array(readFileSync(join(folder, name))), bytes);
  }
});

test("what inspection refuses is refused before any weights come", async (t) => {
  home(t);
  const inspect = () => {
    throw new Error("too large");
  };
  await assert.rejects(get("lab/whole", { inspect }), /too large/);
  assert.ok(!hub.fetched().includes("model.safetensors"));
});

test("a dropped connection is resumed where it broke, at once and in a later call", async (t) => {
  const cache = cacheOf(home(t), "lab/whole");
  hub.drops = [100_000, 50_000, 0, 0, 0, 0, 0];
  await assert.rejects(
    get("lab/whole"),
    /model.safetensors: 0\.\d of 0\.3 MB are here, then 5 tries brought no more \(.+\); call again/,
  );
  const draft = join(cache, "blobs", `${sha256(weights)}.incomplete`);
  assert.equal(statSync(draft).size, 150_000);
  assert.ok(!existsSync(join(cache, "refs/main")));
  hub.requests.length = 0;
  hub.drops = [];
  const progress: number[] = [];
  const folder = await get("lab/whole", { onProgress: (done) => void progress.push(done) });
  assert.equal(progress[0], 150_000);
  const ranges = hub.requests.filter(({ host, range }) => host === "store" && range !== "bytes=0-0");
  assert.deepEqual(
    ranges.map(({ range }) => range),
    ["bytes=150000-299999"],
  );
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, "model.safetensors"))), weights.bytes);
});

test("a server that cannot resume, and a damaged rest of an earlier call, cost a second start and nothing else", async (t) => {
  const cache = cacheOf(home(t), "lab/whole");
  hub.drops = [100_000];
  hub.ignoresRanges = true;
  const folder = await get("lab/whole");
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, "model.safetensors"))), weights.bytes);
  home(t);
  const blobs = join(cacheOf(process.env.HF_HOME as string, "lab/whole"), "blobs");
  mkdirSync(blobs, { recursive: true });
  writeFileSync(join(blobs, `${sha256(weights)}.incomplete`), new Uint8Array(1234));
  const again = await get("lab/whole");
  assert.deepEqual(new Uint8Array(readFileSync(join(again, "model.safetensors"))), weights.bytes);
  assert.notEqual(cache, again);
});

test("bytes that do not add up to the checksum are not kept", async (t) => {
  const cache = cacheOf(home(t), "lab/whole");
  hub.damaged = 1;
  await assert.rejects(
    get("lab/whole"),
    /model.safetensors: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}: damaged/,
  );
  assert.deepEqual(
    readdirSync(join(cache, "blobs")).filter((name) => name.startsWith(sha256(weights))),
    [],
  );
  await get("lab/whole");
  await assert.rejects(get("lab/false"), /expected SHA-256 aaaa/);
});

test("files that the hub keeps by xet come over plain HTTP", async (t) => {
  home(t);
  const folder = await get("lab/xet");
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, "model.safetensors"))), weights.bytes);
});

test("the token goes to the hub and to no other host; without it the error says where one goes", async (t) => {
  const place = home(t);
  await assert.rejects(get("lab/gated"), /model lab\/gated: the hub answers 401: .*not public.*HF_TOKEN/);
  process.env.HF_TOKEN = "hf_wrong";
  t.after(() => delete process.env.HF_TOKEN);
  await assert.rejects(
    get("lab/gated"),
    /answers 403: its terms .*the token that is set here does not open it/,
  );
  delete process.env.HF_TOKEN;
  writeFileSync(join(place, "token"), "hf_right\n");
  hub.requests.length = 0;
  hub.isCloudfront = true;
  await get("lab/gated");
  for (const { host, authorization } of hub.requests) {
    assert.equal(authorization, host === "hub" ? "Bearer hf_right" : undefined);
  }
  assert.ok(hub.requests.some(({ host }) => host === "store"));
});

test("no such model, no such revision, and names that are none", async (t) => {
  home(t);
  await assert.rejects(get("lab/nothing"), /model lab\/nothing: the hub answers 401: there is no such model/);
  await assert.rejects(get("lab/whole", { revision: "v2" }), /answers 404: .*a revision "v2", found none/);
  await assert.rejects(get("../whole"), /expected a name such as/);
  await assert.rejects(get("lab/whole", { revision: "../x" }), /expected a branch, tag or commit/);
});

test("other kinds of checkpoint are refused by what they are, before anything is fetched", async (t) => {
  home(t);
  await assert.rejects(get("lab/old"), /found weights as pytorch_model.bin only: .*save_pretrained/);
  await assert.rejects(get("lab/adapter"), /found an adapter \(LoRA\).*merge_and_unload/);
  await assert.rejects(
    get("lab/audiocraft"),
    /found audiocraft's own files: .*convert_musicgen_transformers/,
  );
  assert.deepEqual(hub.fetched(), []);
  await assert.rejects(get("lab/nasty"), /files of the same folder, found "..\/..\/..\/evil"/);
  await assert.rejects(get("lab/huge"), /expected 10000000.0 GB of room in .*HF_HUB_CACHE.*found/);
});

test("without a connection the error says which files go where; what is in the cache needs none", async (t) => {
  const place = home(t, { HF_HUB_OFFLINE: "1" });
  const files =
    /config.json, generation_config.json, tokenizer.json.*model.safetensors.index.json.*put them in here$/;
  await assert.rejects(get("lab/whole"), (error: Error) => {
    assert.match(error.message, /it is not on this machine, and HF_HUB_OFFLINE is set/);
    assert.match(error.message, files);
    return true;
  });
  process.env.HF_HUB_OFFLINE = "0";
  process.env.HF_ENDPOINT = "http://127.0.0.1:9";
  await assert.rejects(get("lab/whole"), /http:\/\/127.0.0.1:9 could not be reached \(.+\)/);
  process.env.HF_ENDPOINT = hub.endpoint;
  assert.deepEqual(hub.requests, []);
  const folder = await get("lab/whole");
  process.env.HF_HUB_OFFLINE = "1";
  assert.equal(await get("lab/whole"), folder);
  await assert.rejects(get("lab/shards"), files);
  assert.ok(place);
});

test("a cache that Python filled in part is used, and what it lacks is fetched", async (t) => {
  const cache = cacheOf(home(t, { HF_HUB_OFFLINE: "1" }), "lab/whole");
  const folder = join(cache, "snapshots", commit);
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(cache, "refs"));
  writeFileSync(join(cache, "refs/main"), commit);
  writeFileSync(join(folder, "config.json"), "{}");
  await assert.rejects(
    get("lab/whole"),
    /lacks generation_config.json, .*model.safetensors, and HF_HUB_OFFLINE is set/,
  );
  writeFileSync(join(folder, "model.safetensors"), weights.bytes);
  assert.equal(await get("lab/whole"), folder); // no tokenizer: no text, all else works
  process.env.HF_HUB_OFFLINE = "";
  assert.equal(await get("lab/whole"), folder);
  assert.deepEqual(hub.fetched(), ["generation_config.json", "tokenizer.json"]);
});

test("weights that are here are used, though the hub has gone on to others or is shut", async (t) => {
  const cache = cacheOf(home(t), "lab/whole");
  const earlier = "e".repeat(40);
  const folder = join(cache, "snapshots", earlier);
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(cache, "refs"));
  writeFileSync(join(cache, "refs/main"), earlier);
  for (const name of ["config.json", "model.safetensors"]) writeFileSync(join(folder, name), "{}");
  assert.equal(await get("lab/whole"), folder);
  assert.deepEqual(hub.fetched(), []);
  process.env.HF_ENDPOINT = "http://127.0.0.1:9";
  assert.equal(await get("lab/whole"), folder);
});

test("two at once fetch the same file into one cache", async (t) => {
  home(t);
  hub.drops = [1000, 2000, 200_000];
  const [first, second] = await Promise.all([get("lab/whole"), get("lab/whole")]);
  assert.equal(first, second);
  assert.deepEqual(new Uint8Array(readFileSync(join(first, "model.safetensors"))), weights.bytes);
});

test("a signal stops it, and the next call goes on", async (t) => {
  const cache = cacheOf(home(t), "lab/whole");
  const stop = new AbortController();
  const onProgress = (done: number, total: number) => {
    if (total === 300_000 && done > 0) stop.abort();
  };
  await assert.rejects(get("lab/whole", { signal: stop.signal, onProgress }), { name: "AbortError" });
  assert.ok(statSync(join(cache, "blobs", `${sha256(weights)}.incomplete`)).size > 0);
  await get("lab/whole");
});
