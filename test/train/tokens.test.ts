import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { after, test } from "node:test";
import { plainMix, recombined } from "../../experiments/train/lineup";
import { encodeNpy } from "../../experiments/train/npy";
import { packTraining } from "../../experiments/train/pack";
import { mixedStems, songSeeds } from "../../experiments/train/songs";
import type { TokenPiece } from "../../experiments/train/tokens";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { mixStems } from "../../lib/music/band";

const folder = mkdtempSync(join(tmpdir(), "tokens-"));
after(() => rmSync(folder, { recursive: true }));

test("npy: NumPy's header, data at a multiple of 64, a byte or two a number", () => {
  const file = encodeNpy(Uint16Array.from([1, 2, 3, 4, 5, 600]), [2, 3]);
  assert.deepEqual([...file.subarray(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  assert.equal(file.length, 128 + 12);
  const header = Buffer.from(file.subarray(10, 128)).toString();
  assert.match(header, /^\{'descr': '<u2', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/);
  assert.deepEqual([...file.subarray(128)], [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 88, 2]);
  assert.match(Buffer.from(encodeNpy(new Uint8Array(4), [4])).toString("latin1"), /'\|u1'.*\(4,\)/);
  assert.throws(() => encodeNpy(new Uint8Array(4), [3]), /npy: expected 3 values, found 4/);
});

test("tokens: pieces of the asked size, every mix as the codec hears it, unseen songs apart", async () => {
  const to = join(folder, "tokens");
  const env = { ...process.env, SMITIN_CACHE: join(folder, "cache"), SMITIN_BACKEND: "wasm" };
  const words = ["--profile", "quick", "--to", to, "--songs", "2", "--variants", "2", "--piece", "0.003"];
  const args = ["--import", "tsx", "experiments/train/index.ts", "tokens", ...words];
  const write = () =>
    execFileSync(process.execPath, args, { cwd: resolve(__dirname, "../.."), env, encoding: "utf8" });
  write();
  const names = ["train-001", "train-002", "train-003", "train-004", "validation"];
  assert.deepEqual(
    readdirSync(to).sort(),
    names.flatMap((name) => [`${name}.json`, `${name}.npy`]),
  );
  const pieces = names.map((name) => {
    const about: TokenPiece = JSON.parse(readFileSync(join(to, `${name}.json`), "utf8"));
    const bytes = readFileSync(join(to, `${name}.npy`));
    return { about, tokens: bytes.subarray(bytes.length - about.shape.reduce((a, b) => a * b)) };
  });
  const { about: unseen } = pieces[4];
  assert.deepEqual([unseen.split, unseen.mixes[0].seed], ["validation", songSeeds.validation]);
  assert.deepEqual(
    pieces.slice(0, 4).map(({ about: { split, mixes } }) => [split, mixes[0].seed, mixes[0].variant]),
    [
      ["train", 0, 1],
      ["train", 1, 1],
      ["train", 0, 2],
      ["train", 1, 2],
    ],
  );

  process.env.SMITIN_CACHE = join(folder, "cache");
  const model = await loadMusicGen();
  const draw = recombined([0, 1]);
  for (const [{ about, tokens }, mix] of [
    [pieces[2], draw(0, 2)],
    [pieces[4], plainMix(songSeeds.validation, 1)],
  ] as const) {
    const [mixes, codebooks, frames] = about.shape;
    assert.deepEqual([mixes, codebooks, about.codebookSize], [1, model.codebooks, model.vocabulary]);
    const [{ players, captions, sources }] = about.mixes;
    assert.deepEqual(players, mix.players);
    assert.deepEqual(sources, Object.values(mix.sources));
    const [grid] = model.codec.encode([mixStems(await mixedStems(mix.sources), mix.players)]);
    assert.deepEqual(
      [...tokens],
      grid.flatMap((codes) => [...codes]),
    );
    assert.equal(frames, grid[0].length);
    assert.equal(captions.length, 4);
    for (const ids of captions) assert.ok(ids.length > 1 && ids.at(-1) === 1 && ids.every((id) => id < 38));
  }

  const packed = join(folder, "packed");
  const told = packTraining({ tokens: to, to: packed, part: 10.9 });
  assert.match(told, /: [2-4] parts, 1[01]\.\d MiB/);
  assert.match(told, /python3 decoder\.py --tokens tokens --model start --out new/);
  const parts = readdirSync(packed).map((part) => {
    const inside = readdirSync(join(packed, part), { recursive: true, encoding: "utf8" });
    return inside.filter((name) => extname(name));
  });
  for (const [i, files] of parts.entries()) {
    const bytes = files.reduce((sum, name) => sum + statSync(join(packed, `part-${i + 1}`, name)).size, 0);
    assert.ok(bytes <= 10.9 * 2 ** 20);
  }
  const start = ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json"];
  assert.deepEqual(
    parts.flat().sort(),
    [
      "decoder.py",
      ...start.map((name) => `start/${name}`),
      ...readdirSync(to).map((name) => `tokens/${name}`),
    ].sort(),
  );
  assert.throws(
    () => packTraining({ tokens: to, to: packed, part: 5 }),
    /safetensors: expected at most 5\.0 MiB/,
  );
  assert.throws(
    () => packTraining({ tokens: packed, to: join(folder, "none") }),
    /expected tokens, found none/,
  );

  const made = statSync(join(to, "train-001.npy")).mtimeMs;
  rmSync(join(to, "train-003.json"));
  assert.doesNotMatch(write(), /train-001/, "what is there stays");
  assert.equal(statSync(join(to, "train-001.npy")).mtimeMs, made);
});
