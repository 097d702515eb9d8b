import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { encodeNpy } from "../../experiments/train/npy";
import type { TokenPiece } from "../../experiments/train/tokens";
import { diskFile } from "../../lib/disk/folder";
import { tf } from "../../lib/engine";
import { modelsFolder } from "../../lib/hub/loadModel";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { random } from "../../lib/math/random";
import { openSafetensors } from "../../lib/model/checkpoint/safetensors";
import { assertClose } from "../close";
import { pythonWith } from "../kernel/python";

/*
 * decoder.py, the training for a graphics card, on the processor: a tiny decoder that learns tunes of a few tokens, and what it
 * writes in the lab.
 */
const python = pythonWith("torch", "numpy", "safetensors");
const skip = python ? false : "no Python with torch, numpy and safetensors (set SMITIN_PYTHON)";
const script = resolve(__dirname, "../../experiments/train/decoder.py");
const studio = join(modelsFolder, "studio");
const folder = mkdtempSync(join(tmpdir(), "torch-training-"));
const at = (name: string) => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

function run(...words: string[]): string {
  const env = { ...process.env, OMP_NUM_THREADS: "2" };
  return execFileSync(python!, words, { env, encoding: "utf8", timeout: 200_000 });
}

/** Mixes that go up and down through a few tokens. */
function writeTunes(name: string, split: TokenPiece["split"], mixes: number): void {
  const [codebooks, frames] = [4, 80];
  const tokens = new Uint8Array(mixes * codebooks * frames);
  for (let i = 0; i < tokens.length; i++) {
    const [mix, k, t] = [Math.floor(i / codebooks / frames), Math.floor(i / frames) % codebooks, i % frames];
    tokens[i] = 40 * k + ((t + mix) % 8);
  }
  const about: TokenPiece = {
    ...{ kind: "smitin-tokens", version: 1, split, fingerprint: "made up", codebookSize: 256, frameRate: 50 },
    shape: [mixes, codebooks, frames],
    mixes: Array.from({ length: mixes }, (_, seed) => {
      return {
        seed,
        variant: 1,
        sources: [0, 0, 0, 0],
        players: ["drums"],
        captions: [
          [3, 6, 1],
          [6, 1],
        ],
      };
    }),
  };
  writeFileSync(at(`tokens/${name}.npy`), encodeNpy(tokens, about.shape));
  writeFileSync(at(`tokens/${name}.json`), JSON.stringify(about));
}

const common =
  `${script} --tokens ${at("tokens")} --model ${studio} --out ${at("new")} --state ${at("state.pt")}
  --fresh --layers 3 --heads 2 --hidden 16 --ffn 32 --log ${at("log")}
  --rate 0.01 --batch 8 --window 50 --warm-up 2 --report 5 --steps 20`.split(/\s+/);

test("20 steps lower the loss of every codebook, heard and unheard", { skip }, () => {
  mkdirSync(at("tokens"));
  writeTunes("train-001", "train", 5);
  writeTunes("train-002", "train", 3);
  writeTunes("validation", "validation", 2);
  const printed = run(...common);
  assert.match(printed, /million parameters, 0\.0 million frames, cpu\n/);
  const lines = readFileSync(at("log"), "utf8").trim().split("\n");
  const [first, ...rest] = lines.map((line) => JSON.parse(line));
  const last = rest.at(-1)!;
  assert.deepEqual([first.step, last.step], [5, 20]);
  for (const kind of ["nats", "unseen"] as const)
    for (let k = 0; k < 4; k++)
      assert.ok(last[kind][k] < first[kind][k] - 0.5, `${kind} ${k}: ${first[kind][k]} to ${last[kind][k]}`);
  assert.ok(last.foresight < first.foresight - 0.5);
  assert.ok(Math.abs(first.nats[0] - Math.log(256)) < 1, "it begins at chance");
});

test("a training goes on where it was; its last steps leave all but what reads the caption as it is", {
  skip,
}, () => {
  const before = openSafetensors(diskFile(at("new/model.safetensors")));
  const old = new Map(
    before.names().map((name) => [name, before.dtype(name) === "F16" ? before.read(name) : 0]),
  );
  const printed = run(...common, "--text-steps", "4");
  assert.match(printed, /\nstep 24 /);
  assert.doesNotMatch(printed, /\nstep (5|10|15|20) /);
  const now = openSafetensors(diskFile(at("new/model.safetensors")));
  assert.deepEqual(now.names(), [...old.keys()]);
  const changed = now.names().filter((name) => old.get(name) !== 0 && !same(now.read(name), old.get(name)));
  assert.ok(changed.length > 10);
  for (const name of changed) assert.match(name, /^text_encoder\.|^enc_to_dec_proj\.|\.encoder_attn/);
  const bundled = openSafetensors(diskFile(join(studio, "model.safetensors")));
  const codec = bundled.names().filter((name) => name.startsWith("audio_encoder."));
  for (const name of codec.filter((name) => bundled.dtype(name) === "F16"))
    assert.ok(same(now.read(name), bundled.read(name)), name);
});

function same(a: ArrayLike<number>, b: unknown): boolean {
  const other = b as ArrayLike<number>;
  return a.length === other.length && Array.from(a).every((value, i) => value === other[i]);
}

test("the lab loads what it wrote, and gives PyTorch's logits, with captions and without", {
  skip,
}, async () => {
  const model = await loadMusicGen(at("new"));
  assert.deepEqual([model.layers, model.heads, model.hidden], [3, 2, 16]);
  const uniform = random(3);
  const [rows, steps] = [3, 12];
  const tokens = Array.from({ length: rows }, () =>
    Array.from({ length: model.codebooks }, () =>
      Int32Array.from({ length: steps }, () => Math.floor(257 * uniform())),
    ),
  );
  const { ids, mask } = model.tokenizer.encode([
    "slow song, bass and electric piano, A minor",
    "song",
    "song",
  ]);
  mask[2].fill(0); // no caption
  const plain = tokens.map((grid) => grid.map((codes) => [...codes]));
  writeFileSync(at("inputs.json"), JSON.stringify({ ids, mask, tokens: plain }));
  run(
    join(__dirname, "logits.py"),
    resolve(script, ".."),
    at("new"),
    at("inputs.json"),
    at("logits.safetensors"),
  );
  const expected = openSafetensors(diskFile(at("logits.safetensors"))).read("logits"); // [rows, codebooks, steps, vocabulary]

  const { decoder } = model;
  const heard = mask.map((row, r) => (r === 2 ? row.map(() => 1) : row)); // the encoder needs something to read
  const states = model.text.encode({ ids, mask: heard });
  const text = decoder.readText({ states, mask: tf.tensor2d(mask) });
  const found = decoder.prefill(tokens, { logits: true, cache: decoder.createCache(rows, { text }) })!; // [..., steps, codebooks, vocabulary]
  const turned = found.reshape([rows, steps, model.codebooks, model.vocabulary]).transpose([0, 2, 1, 3]);
  assertClose(turned.dataSync(), expected, { ofLargest: 1e-4 }, "logits");
});

test("tokens of another codebook, and a decoder that fits no start, are refused", { skip }, () => {
  const fails = (words: string[], message: RegExp) =>
    assert.throws(
      () => execFileSync(python!, words, { encoding: "utf8", stdio: "pipe" }),
      ({ stderr }) => message.test(stderr),
    );
  fails([...common, "--tokens", folder], /expected tokens of train, found none/);
  fails(
    common.filter((word) => word !== "--fresh"),
    /--layers, --heads, --hidden, --ffn: expected --fresh with them/,
  );
  fails([...common, "--hidden", "15"], /--hidden: expected a multiple of 2 heads, found 15/);
});
