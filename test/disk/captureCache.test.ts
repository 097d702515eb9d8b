import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { capturePairs, captureValues } from "../../lib/disk/captureCache";
import { startBackend } from "../../lib/engine";
import type { Dataset, Part } from "../../lib/music/dataset";
import type { Pair } from "../../lib/music/pairs";
import type { Clip } from "../../lib/music/quantity";
import { captureHeads, type SoundModel } from "../../lib/probes/capture";
import { openFixture } from "../model/musicgenFixture";

const folder = mkdtempSync(join(tmpdir(), "smitin-captures-"));
after(() => rmSync(folder, { recursive: true }));
before(() => startBackend("wasm")); // batches of other sizes, compared to the bit: its promise alone

/** The plain fixture's decoder behind a codec whose token is the loudness of the clip. */
function tiny(fingerprint = "f"): SoundModel {
  const { model } = openFixture("plain");
  const codec = {
    encode: (batch: Float32Array[]) =>
      batch.map(([first]) =>
        Array.from({ length: model.codebooks }, () => new Int32Array(3).fill(Math.round(first * 10))),
      ),
  };
  return { ...model, codec, sampleRate: 10, fingerprint } as unknown as SoundModel;
}

const clip = (level: number) => ({ samples: new Float32Array(30).fill(level), sampleRate: 10 });

/** Songs of so many pairs each, and a list of the songs that were read. */
function songs(sizes: number[], count = 4, key: unknown = "k"): { data: Dataset<Pair>; read: string[] } {
  const read: string[] = [];
  const parts = sizes.map(
    (size, song): Part<Pair> => ({
      name: `song ${song}`,
      async read(most) {
        read.push(`song ${song}: ${most}`);
        if (size < 0) throw new Error("killed");
        const items = Array.from({ length: Math.min(size, most) }, (_, i): Pair => {
          const level = 0.1 * (1 + 4 * song + 2 * i);
          return { with: clip(level + 0.1), without: clip(level), trait: "drums", song, artist: song >> 1 };
        });
        return { items, windows: 10 * size, lacks: "silent" };
      },
    }),
  );
  return { data: { trait: "drums", count, parts, recipe: "made up", key }, read };
}

test("songs in turn give what all pairs at once give; a silent song's share goes to the others", async () => {
  const { data, read } = songs([1, 0, 5, 5]);
  const model = tiny();
  const heads = await capturePairs(model, data, { cache: join(folder, "a") });
  assert.deepEqual(read, ["song 0: 1", "song 1: 1", "song 2: 2", "song 3: 1"]);
  const pairs = (
    await Promise.all(songs([1, 0, 5, 5]).data.parts.map((part, i) => part.read([1, 1, 2, 1][i], 0)))
  ).flatMap(({ items }) => items);
  const expected = await captureHeads(model, pairs);
  assert.deepEqual(heads.z, expected.z);
  assert.deepEqual(
    [heads.labels, heads.pair, heads.group, heads.shape, heads.site, heads.model],
    [expected.labels, expected.pair, expected.group, expected.shape, expected.site, expected.model],
  );
  assert.deepEqual([...heads.group!], [0, 0, 1, 1, 1, 1, 1, 1]); // artists
  assert.equal(heads.recipe, "made up; 4 of 4 found in 3 of 4 songs, of 110 windows that sound; 1 silent");
});

test("a second run reads no song; another model, recipe or file does; without a cache nothing is kept", async () => {
  const cache = join(folder, "a");
  const first = await capturePairs(tiny(), songs([1, 0, 5, 5]).data, { cache });
  const again = songs([1, 0, 5, 5]);
  const seen: number[] = [];
  const heads = await capturePairs(tiny(), again.data, { cache, onProgress: (done) => seen.push(done) });
  assert.deepEqual(again.read, []);
  assert.deepEqual(heads, first);
  assert.deepEqual(seen, [1, 1, 3, 4]);
  for (const [model, key] of [
    [tiny("g"), "k"],
    [tiny(), "another"],
  ] as const) {
    const other = songs([1, 0, 5, 5], 4, key);
    await capturePairs(model, other.data, { cache });
    assert.equal(other.read.length, 4);
  }
  assert.equal(readdirSync(cache).length, 3);
  const uncached = songs([5, 5]);
  await capturePairs(tiny(), uncached.data, { cache: false });
  assert.equal(readdirSync(cache).length, 3);
});

test("a killed run goes on at the song it was at; a damaged shard is made anew", async () => {
  const cache = join(folder, "b");
  await assert.rejects(capturePairs(tiny(), songs([1, 5, -1, 5]).data, { cache }), /killed/);
  const resumed = songs([1, 5, 5, 5]);
  const heads = await capturePairs(tiny(), resumed.data, { cache });
  assert.deepEqual(resumed.read, ["song 2: 1", "song 3: 1"]);
  const [key] = readdirSync(cache);
  const path = join(cache, key, "00001.safetensors");
  const whole = readFileSync(path);
  for (const damaged of [whole.subarray(0, whole.length - 4), Buffer.from("{}"), Buffer.alloc(0)]) {
    writeFileSync(path, damaged);
    const repaired = songs([1, 5, 5, 5]);
    assert.deepEqual(await capturePairs(tiny(), repaired.data, { cache }), heads);
    assert.deepEqual(repaired.read, ["song 1: 1"]);
    assert.equal(statSync(path).size, whole.length);
  }
  assert.ok(readdirSync(join(cache, key)).every((name) => /^\d{5}\.safetensors$|^capture\.json$/.test(name)));
});

test("values of a continuous trait are kept too", async () => {
  const read = async () => ({
    items: [1, 2, 3].map((n): Clip => ({ audio: clip(n / 10), value: 90 + n, trait: "tempo", song: n })),
  });
  const data: Dataset<Clip> = { trait: "tempo", count: 3, parts: [{ name: "a", read }], recipe: "r", key: 1 };
  const made = await captureValues(tiny(), data, { cache: join(folder, "c") });
  const kept = await captureValues(tiny(), data, { cache: join(folder, "c") });
  assert.deepEqual(kept, made);
  assert.deepEqual([[...made.values], made.unit, [...made.group!]], [[91, 92, 93], "beats/min", [1, 2, 3]]);
  assert.equal(made.recipe, "r; 3 of 3 found");
});

test("data that hold nothing end in one error that says why", async () => {
  await assert.rejects(
    capturePairs(tiny(), songs([0, 0]).data, { cache: false }),
    /^Error: made up: expected at least one clip, only 0 of 4 found in 0 of 2 songs.*2 silent$/,
  );
});

test("shards capture a part of the songs each; whoever finds all of them has what one process has", async () => {
  const model = tiny();
  const sizes = [2, 0, 5, 1, 5];
  const whole = await capturePairs(model, songs(sizes, 7).data, { cache: false });
  const cache = join(folder, "shards");
  const shard = (part: number, of: number) =>
    capturePairs(model, songs(sizes, 7).data, { cache, shard: { part, of } });
  assert.equal(await shard(3, 3), undefined);
  assert.equal(await shard(1, 3), undefined);
  const [key] = readdirSync(cache);
  const files = () => readdirSync(join(cache, key)).filter((name) => name.endsWith(".safetensors"));
  assert.deepEqual(files(), ["00000.safetensors", "00002.safetensors", "00003.safetensors"]);
  assert.deepEqual(await shard(2, 3), whole);
  assert.deepEqual(await shard(1, 3), whole);
  assert.deepEqual(await capturePairs(model, songs([-1, -1, -1, -1, -1], 7).data, { cache }), whole);
  await assert.rejects(shard(4, 3), /shard: expected part 1 to n of n, found part 4 of 3/);
  const lost = capturePairs(model, songs(sizes).data, { cache: false, shard: { part: 1, of: 2 } });
  await assert.rejects(lost, /shard: expected a cache that all shards share/);
});

test("songs that are asked again: what they give in each round is kept, and shards agree", async () => {
  const cache = join(folder, "rounds");
  const sizes = [5, 0, 3, 1];
  const whole = await capturePairs(tiny(), songs(sizes, 8).data, { cache });
  assert.deepEqual([...whole.group!].map((artist, i) => (i % 2 ? "" : artist)).join(""), "00111100");
  assert.equal(whole.shape[0], 16);
  const [key] = readdirSync(cache);
  const files = readdirSync(join(cache, key)).filter((name) => name.endsWith(".safetensors"));
  assert.equal(files.length, 7);
  const again = songs(sizes, 8);
  assert.deepEqual(await capturePairs(tiny(), again.data, { cache }), whole);
  assert.deepEqual(again.read, []);
  const shards = join(folder, "rounds by shards");
  const shard = (part: number) =>
    capturePairs(tiny(), songs(sizes, 8).data, { cache: shards, shard: { part, of: 2 } });
  assert.equal(await shard(2), undefined);
  assert.deepEqual(await shard(1), whole);
});

test("a signal stops it; songs that were captured are kept", async () => {
  const stop = new AbortController();
  const cache = join(folder, "stopped");
  const captured = capturePairs(tiny(), songs([2, 2]).data, {
    cache,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await assert.rejects(captured, { name: "AbortError" });
  const { data, read } = songs([2, 2]);
  assert.equal((await capturePairs(tiny(), data, { cache })).shape[0], 8);
  assert.deepEqual(read, ["song 1: 2"]);
});
