import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { encodeWav } from "../../lib/audio/wav";
import { diskFile } from "../../lib/disk/folder";
import { packagePath } from "../../lib/disk/packageRoot";
import { loadProbes } from "../../lib/disk/probeFile";
import { readWav } from "../../lib/disk/soundFile";
import { encodeSafetensors, openSafetensors, type WeightFile } from "../../lib/model/checkpoint/safetensors";
import { assertClose } from "../close";
import {
  fixtures,
  known,
  openWorkspace,
  plain,
  type Result,
  type Workspace,
  writeWholeModel,
} from "./smitin";

let workspace: Workspace;
let expected: WeightFile;

before(() => {
  workspace = openWorkspace();
  expected = openSafetensors(diskFile(join(plain, "expected.safetensors")));
  writeWholeModel(workspace.path("whole"));
  workspace.write("prompt.json", JSON.stringify({ codes: known.prompt }));
  workspace.write("steps.json", JSON.stringify({ codes: known.tokens[0] }));
  const vector = { shape: expected.shape("vector"), data: expected.read("vector") };
  workspace.write("steer.safetensors", encodeSafetensors({ steer: vector }));
});
after(() => workspace.clear());

/** Run commands side by side; all must succeed and say nothing on stderr. */
async function runAll(...commands: string[]): Promise<Result[]> {
  const results = await Promise.all(commands.map((words) => workspace.run(words)));
  for (const [i, { code, stderr }] of results.entries()) {
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" }, commands[i]);
  }
  return results;
}

function tensorFile(name: string): WeightFile {
  return openSafetensors(diskFile(workspace.path(name)));
}

/** Row 0 of an expected tensor: [rows, ...] -> [...] */
function firstRow(name: string): { shape: number[]; values: Float32Array } {
  const [rows, ...shape] = expected.shape(name);
  const all = expected.read(name);
  return { shape, values: all.slice(0, all.length / rows) };
}

test("help says the verbs, from any folder, and loads no engine", async () => {
  const spy = workspace.write(
    "spy.cjs",
    'process.on("exit", () => console.error(Object.keys(require.cache).filter((f) => f.includes("@tensorflow")).length));',
  );
  const { code, stdout, stderr } = await workspace.run("--help", { NODE_OPTIONS: `--require ${spy}` });
  assert.equal(code, 0);
  assert.equal(stderr, "0\n");
  for (const verb of [
    "doctor",
    "encode",
    "decode",
    "capture",
    "generate",
    "probe",
    "sweep",
    "worker",
    "kernel",
  ]) {
    assert.match(stdout, new RegExp(`^  ${verb}\\b`, "m"));
  }
});

test("capture: PyTorch's z and logits of codes fed as they are", async () => {
  await runAll(
    `capture --model ${plain} --codes steps.json --out all.safetensors --all-steps --logits`,
    `capture --model ${plain} --codes steps.json --out last.safetensors`,
  );
  const all = tensorFile("all.safetensors");
  const z = firstRow("z"); // [layers, steps, heads, headDim]
  const logits = firstRow("logits"); // [codebooks, steps, vocabulary]
  assert.deepEqual(all.names(), ["z", "logits"]);
  assert.deepEqual([all.shape("z"), all.shape("logits")], [z.shape, logits.shape]);
  assertClose(all.read("z"), z.values, { ofLargest: 1e-4 }, "z");
  assertClose(all.read("logits"), logits.values, { ofLargest: 1e-4 }, "logits");
  const last = tensorFile("last.safetensors");
  const [layers, steps, heads, headDim] = z.shape;
  const size = heads * headDim;
  const atLast = z.values.filter((_, i) => Math.floor(i / size) % steps === steps - 1);
  assert.deepEqual(last.names(), ["z"]);
  assert.deepEqual(last.shape("z"), [layers, heads, headDim]);
  assertClose(last.read("z"), atLast, { ofLargest: 1e-4 }, "z at the last step");
});

test("generate: PyTorch's greedy tokens, with a vector on z and with a text too; decode gives the same sound", async () => {
  const greedy = `generate --model ${plain} --frames 7 --greedy`;
  await runAll(
    `${greedy} --out take.wav --codes-out continuation.json --codes prompt.json`,
    `${greedy} --codes-out unconditional.json`,
    `${greedy} --codes prompt.json --add steer.safetensors --codes-out steered.json`,
    `${greedy} --codes prompt.json --add steer.safetensors --add-from new --codes-out steeredNew.json`,
    "generate --model whole --frames 7 --greedy --codes prompt.json --text abcde --guidance 3 --codes-out guidedContinuation.json",
  );
  for (const name of ["continuation", "unconditional", "steered", "steeredNew", "guidedContinuation"]) {
    assert.deepEqual(workspace.json(`${name}.json`), { codes: known[name] }, name);
  }
  const { samples, sampleRate } = readWav(workspace.path("take.wav"));
  assert.deepEqual([samples.length, sampleRate], [13 * 8, 400]);
  await runAll(`decode --model ${plain} --codes continuation.json --out again.wav`);
  assert.deepEqual(readFileSync(workspace.path("again.wav")), readFileSync(workspace.path("take.wav")));
});

test("encode and decode: PyTorch's codes and sound; what 16 bits would clip stays whole", async () => {
  const model = join(fixtures, "codec-causal");
  const clips = openSafetensors(diskFile(join(model, "expected.safetensors")));
  const samples = clips.read("audio.3");
  workspace.write("clip.wav", encodeWav({ samples, sampleRate: 800 }, "float32"));
  await runAll(`encode --model ${model} --audio clip.wav --out clip.json`);
  assert.deepEqual(workspace.json("clip.json").codes.flat(), [...clips.readIntegers("codes.3")]);
  const [{ stdout }] = await runAll(`decode --model ${model} --codes clip.json --out decoded.wav`);
  assertClose(
    readWav(workspace.path("decoded.wav")).samples,
    clips.read("decoded.3"),
    { ofLargest: 1e-4 },
    "sound",
  );
  assert.match(stdout, /^decoded\.wav: 0\.50 s at 800 Hz, .*floats/);
});

test("generate: a prompt of sound at another rate; a seed fixes the take, another changes it", async () => {
  const samples = Float32Array.from({ length: 1103 }, (_, i) => Math.sin(i / 7) / 2); // 1 s: 50 frames
  workspace.write("prompt.wav", encodeWav({ samples, sampleRate: 1103 }));
  const sampled = "generate --model whole --audio prompt.wav --frames 9 --temperature 1.5 --top-k 20 --seed";
  await runAll(...[5, 5, 6].map((seed, i) => `${sampled} ${seed} --codes-out sampled${i}.json`));
  const [one, same, other] = [0, 1, 2].map((i) => workspace.json(`sampled${i}.json`).codes);
  assert.deepEqual([one.length, one[0].length], [4, 59]);
  assert.deepEqual(same, one);
  assert.notDeepEqual(other, one);
  assert.deepEqual(other[0].slice(0, 50), one[0].slice(0, 50));
});

test("probe: a probe file that generate steers by", async () => {
  const [{ stdout }] = await runAll(
    "probe --model whole --trait drums --pairs 4 --seconds 0.5 --folds 2 --cache captures --out drums.json",
  );
  assert.match(stdout, /^drums\.json: 8 probes of drums/);
  const probes = loadProbes(workspace.path("drums.json"));
  assert.deepEqual([probes.trait, probes.training.clips, probes.heads.length], ["drums", 8, 8]);
  const file = JSON.parse(readFileSync(workspace.path("drums.json"), "utf8"));
  for (const probe of file.heads) Object.assign(probe, { theta: [1, 0, 0, 0, 0, 0, 0, 0], sigma: 1 });
  workspace.write("drums.json", JSON.stringify(file)); // what a quiet codec and few songs teach is next to nothing
  const steered = "generate --model whole --codes prompt.json --frames 7 --greedy --probes drums.json";
  await runAll(
    `${steered} --method iti --alpha 30 --top-k-heads 3 --codes-out iti.json`,
    `${steered} --method smitin --alpha 0 --top-k-heads 3 --codes-out none.json`,
  );
  assert.deepEqual(workspace.json("none.json").codes, known.continuation);
  assert.notDeepEqual(workspace.json("iti.json").codes, known.continuation);
  const [tooMany, elsewhere] = await Promise.all([
    workspace.run(`${steered} --top-k-heads 9 --codes-out never.json`),
    workspace.run(`${steered.replace("whole", plain)} --codes-out never.json`),
  ]);
  assert.deepEqual([tooMany.code, elsewhere.code], [1, 1]);
  assert.match(tooMany.stderr, /^smitin: drums\.json: --top-k-heads: .*1 to 8.*found 9\n$/);
  assert.match(elsewhere.stderr, /^smitin: drums\.json: expected probes of model plain.*\n$/);
  assert.ok(!existsSync(workspace.path("never.json")));
});

test("calibrate: the strength that was found is kept in the probe file, and generate takes it", async () => {
  const probes = workspace.write("bass.json", readFileSync(packagePath("data/page/bass.json")));
  const short = "--count 3 --seconds 1.6 --prompt-seconds 1.5 --methods iti";
  const made = await workspace.run(`calibrate --probes bass.json ${short}`);
  assert.equal(made.code, 0, made.stderr);
  assert.match(
    made.stderr,
    /^smitin: iti, alpha 0\.00: success 0\.00\nsmitin: iti, alpha 5\.00: success 1\.00\n/,
  );
  assert.match(
    made.stdout,
    /^bass\.json: iti, alpha [\d.]+ \[[\d.]+, [\d.]+\], success .* of 3 new takes\n$/,
  );
  const { alpha, judge, recipe } = loadProbes(probes).calibration!.iti;
  assert.deepEqual(
    [judge, recipe],
    ["judge", "3 prompts of 1.5 s without bass, studio band, seed 2, 1.6 s of new music"],
  );
  const take = "generate --frames 5 --probes bass.json --method iti";
  await runAll(
    `${take} --alpha calibrated --codes-out a.json`,
    `${take} --alpha ${alpha} --codes-out b.json`,
  );
  assert.deepEqual(workspace.json("a.json"), workspace.json("b.json"));
});

test("doctor: JSON that says what is there; it fails only for what npm start needs", async () => {
  const [{ code, stdout, stderr }, broken] = await Promise.all([
    workspace.run("doctor --json"),
    workspace.run("doctor", { SMITIN_BACKEND: "abacus" }),
  ]);
  const health = JSON.parse(stdout);
  assert.equal(stderr, "");
  assert.equal(health.backend, "wasm");
  assert.match(health.device, /^processor: .+ threads$/);
  assert.equal(health.versions.packages["@tensorflow/tfjs-core"], "4.22.0");
  assert.equal(health.ok, !health.missing.some(({ needed }: { needed: boolean }) => needed));
  assert.equal(code, health.ok ? 0 : 1);
  assert.equal(broken.code, 1);
  assert.match(broken.stdout, /MISSING: a TensorFlow\.js engine.*abacus/);
});

test("kernel: installed and removed again", async () => {
  await runAll("kernel install --prefix jupyter");
  const spec = JSON.parse(
    readFileSync(workspace.path("jupyter/share/jupyter/kernels/smitin-lab/kernel.json"), "utf8"),
  );
  assert.ok(existsSync(spec.argv[1]));
  await runAll("kernel remove --prefix jupyter");
  assert.ok(!existsSync(workspace.path("jupyter/share/jupyter/kernels/smitin-lab")));
});
