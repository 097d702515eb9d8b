import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startBackend } from "../../lib/engine";
import { memoryFile } from "../../lib/files/file";
import { generate } from "../../lib/model/generate/generate";
import type { TokenGrid } from "../../lib/model/generate/tokens";
import type { MusicGen } from "../../lib/model/musicgen";
import { ablate } from "../../lib/steering/ablate";
import { feedback, iti, monitorOnly, type PlannedSteer, smitin, together } from "../../lib/steering/methods";
import { decodePlan, encodePlan } from "../../lib/steering/planFormat";
import { pythonWith } from "../kernel/python";
import { madeUp } from "../sweep/fixture";
import { planFixtures } from "./planFixtures";

const folder = join(__dirname, "../fixtures/plans");
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
const prompt: TokenGrid = expected.prompt.map((codes: number[]) => Int32Array.from(codes));
const scratch = mkdtempSync(join(tmpdir(), "plans-"));
const python = pythonWith("torch", "transformers", "safetensors");
let model: MusicGen;
let steers: Record<string, PlannedSteer>;
let files: Record<string, Uint8Array>;

before(async () => {
  await startBackend();
  ({ model, steers, files } = planFixtures());
});
after(() => rmSync(scratch, { recursive: true }));

const played = (steer: PlannedSteer) => generate(model, { prompt, frames: 40, greedy: true, steer });

async function take(steer?: PlannedSteer, from?: TokenGrid): Promise<number[][]> {
  const { tokens } = await generate(model, { prompt: from, frames: 40, greedy: true, steer });
  return tokens.map((codes) => [...codes]);
}

test("the plan files are those that PyTorch was steered by", () => {
  const names = readdirSync(folder).flatMap((file) => /(.+)\.safetensors$/.exec(file)?.[1] ?? []);
  assert.deepEqual(names.sort(), Object.keys(files).sort());
  for (const name of names)
    assert.deepEqual(Buffer.from(files[name]), readFileSync(join(folder, `${name}.safetensors`)), name);
});

test("from a plan file PyTorch transformers gives the same greedy tokens", async () => {
  assert.deepEqual(await take(undefined, prompt), expected.plain);
  for (const [name, steer] of Object.entries(steers)) {
    assert.deepEqual(await take(steer, prompt), expected.continued[name], `${name}, after a prompt`);
    assert.deepEqual(await take(steer), expected.fromNothing[name], `${name}, from nothing`);
  }
  assert.deepEqual(await take(together(steers.smitin, steers.suppress), prompt), expected.together);
});

test("a plan file read back steers as the plan did, token by token", async () => {
  const plans = {
    ...steers,
    feedback: feedback(madeUp(model, model.fingerprint), { alpha: 60, target: 0.6 }),
  };
  for (const [name, steer] of Object.entries(plans)) {
    const bytes = encodePlan(steer, model, { seconds: 2 });
    const read = decodePlan(memoryFile(`${name}.safetensors`, bytes));
    const [was, is] = [await played(steer), await played(read)];
    assert.deepEqual(is.tokens, was.tokens, name);
    assert.deepEqual(is.trace!.traits[0].threshold, was.trace!.traits[0].threshold, name);
    assert.deepEqual(encodePlan(read, model, { seconds: 2 }), bytes, name);
  }
});

test("a gate of a plan opens and closes while it is at work here", async () => {
  const { trace } = await generate(model, { prompt, frames: 40, greedy: true, steer: steers.smitin });
  const due = trace!.traits[0].strength.filter((_, i) => i % 2 === 0);
  assert.ok(due.some((share) => share > 0) && due.some((share) => share === 0), String(due));
});

const skip = python ? false : "no Python with torch and transformers (set SMITIN_PYTHON)";
test("the Python example as a user runs it", { skip }, async () => {
  const [codes, out] = [join(scratch, "prompt.json"), join(scratch, "take.json")];
  writeFileSync(codes, JSON.stringify({ codes: expected.prompt }));
  const { status, stderr } = spawnSync(python!, [
    join(__dirname, "../../experiments/transformers/steer.py"),
    ...["--model", join(__dirname, "../fixtures/musicgen/plain")],
    ...["--plan", join(folder, "smitin.safetensors"), "--plan", join(folder, "suppress.safetensors")],
    ...["--codes", codes, "--frames", "40", "--codes-out", out],
  ]);
  assert.equal(status, 0, String(stderr));
  assert.deepEqual(JSON.parse(readFileSync(out, "utf8")).codes, expected.together);
});

test("what a plan file cannot hold is refused", () => {
  const probes = madeUp(model, model.fingerprint);
  const refused = (steer: PlannedSteer, message: RegExp, seconds?: number) =>
    assert.throws(() => encodePlan(steer, model, { seconds }), message);
  refused(smitin(probes, { gate: () => () => 0.5 }), /drums: expected a gate that a file can hold/);
  refused(together(monitorOnly(probes), iti(probes)), /expected a plan of one trait .*found drums, drums/);
  refused(ablate([{ layer: 0, head: 1 }]), /ablate.*: a plan file holds no heads that are replaced/);
  refused(iti(madeUp(model, "another")), /the probes belong to model plain, fingerprint another/);
  refused(iti(probes), /seconds: expected at least one step and at most a million, found 0 s/, 0);
});
