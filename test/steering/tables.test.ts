import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import "./addedKinds";
import { steerBy } from "../../lib/command/steering";
import { gateOption, scheduleOption, schedulesOption } from "../../lib/command/steeringOptions";
import { loadPlan, savePlan } from "../../lib/disk/planFile";
import { saveProbes } from "../../lib/disk/probeFile";
import { startBackend } from "../../lib/engine";
import { streamTake } from "../../lib/live/streamTake";
import { defaultStrip, gateChoices, shapeChoices } from "../../lib/live/strip";
import { generate } from "../../lib/model/generate/generate";
import type { MusicGen } from "../../lib/model/musicgen";
import type { ProbeSet } from "../../lib/probes/probe";
import { gateFrom, gateOf, gates } from "../../lib/steering/gates";
import { iti, type PlannedSteer, smitin, suppress } from "../../lib/steering/methods";
import { pid } from "../../lib/steering/pid";
import { every, fadeIn, scheduleProduct } from "../../lib/steering/schedule";
import { scheduleOf } from "../../lib/steering/schedules";
import { settingsOptions } from "../../lib/sweep/recipe";
import { sweepSteering } from "../../lib/sweep/sweep";
import { assertClose } from "../close";
import { madeUp, openModel, prompt } from "../sweep/fixture";

const folder = mkdtempSync(join(tmpdir(), "tables-"));
let model: MusicGen;
let probes: ProbeSet;

before(async () => {
  await startBackend("wasm");
  model = openModel();
  probes = madeUp(model, model.fingerprint);
});
after(() => rmSync(folder, { recursive: true }));

const frames = 20;

async function take(steer: PlannedSteer): Promise<{ tokens: Int32Array[]; strength: number[] }> {
  const { tokens, trace } = await generate(model, { prompt: prompt(1, 6), frames, seed: 4, steer });
  return { tokens, strength: trace!.traits[0].strength };
}

const own = () =>
  smitin(probes, { alpha: 60, gate: "halfway(share=0.25)", schedule: "pulse(3)", threshold: 2 });

test("a gate and a schedule that have a line in the tables work in TypeScript, by their words", async () => {
  const { strength } = await take(own());
  assert.deepEqual(strength.slice(0, 9), [0.25, 0.25, 0.25, 0, 0, 0, 0.25, 0.25, 0.25]);
});

test("... in saved plans, which give the same take", async () => {
  const path = join(folder, "own.safetensors");
  savePlan(path, own(), model, { seconds: 2 });
  assert.deepEqual(await take(loadPlan(path)), await take(own()));
});

test("... in sweeps, whose recipes hold them as words", async () => {
  const settings = {
    alpha: [60],
    methods: ["smitin" as const],
    gate: "halfway(share=0.25)",
    schedules: ["own", "pulse(3) * every(1)"],
    frames,
  };
  const options = settingsOptions(JSON.parse(JSON.stringify(settings)));
  const { cells } = await sweepSteering(model, { ...options, probes, prompts: [prompt(1, 6)] });
  assert.deepEqual(
    cells.map(({ cell }) => cell.schedule),
    [null, "own", "pulse(3) * every(1)"],
  );
  assert.equal(new Set(cells.map(({ key }) => key)).size, 3);
  const other = settingsOptions({ ...settings, gate: "halfway(share=0.5)" });
  const again = await sweepSteering(model, { ...other, probes, prompts: [prompt(1, 6)] });
  assert.notEqual(again.cells[1].key, cells[1].key); // another gate is another cell
  assert.deepEqual(again.cells[0], cells[0]);
  assert.ok(again.cells[1].strength! > 0 && cells[1].strength! > 0);
});

test("... in the console", async () => {
  assert.ok(shapeChoices().some(([value, label]) => value === "pulse" && label === "pulse (2 steps)"));
  assert.ok(gateChoices().some(([value, label]) => value === "halfway" && label === "half-way"));
  const strip = { ...defaultStrip(probes), every: 1, gate: "halfway", shape: "pulse", threshold: 1 };
  const { seen } = await streamTake(model, {
    ...{ prompt: prompt(1, 6), frames, seed: 4, probes: { drums: probes }, compare: false },
    stripsAt: () => ({ drums: strip }),
  });
  assert.deepEqual(
    seen.slice(0, 6).map(({ strength }) => strength[0]),
    [0.5, 0.5, 0, 0, 0.5, 0.5],
  );
  const odd = (settings: object) =>
    streamTake(model, {
      ...{ prompt: prompt(1, 6), frames, seed: 4, probes: { drums: probes }, compare: false },
      stripsAt: () => ({ drums: { ...strip, ...settings } }),
    });
  await assert.rejects(odd({ shape: "every" }), /schedule: expected one of steady, .*pulse, found "every"/);
  await assert.rejects(odd({ gate: "toString" }), /gate: expected .*halfway.*, found "toString"/);
});

test("... and on the command line", async () => {
  const path = join(folder, "probes.json");
  saveProbes(path, probes);
  const flags = {
    gate: gateOption().parseArg!("halfway(share=0.25)", undefined),
    schedule: scheduleOption().parseArg!("pulse(3)", undefined),
  };
  const steer = steerBy(model, path, { alpha: 60, ...flags });
  assert.deepEqual(
    (await take(steer)).strength,
    (await take(smitin(probes, { alpha: 60, ...flags }))).strength,
  );
  const lists = schedulesOption().parseArg!("own, during(0, 1), pulse(3)*fadeIn(1)", undefined);
  assert.deepEqual(lists, ["own", "during(0, 1)", "pulse(3)*fadeIn(1)"]);
  assert.throws(() => gateOption().parseArg!("half", undefined), /expected selfMonitor/);
  assert.throws(
    () => steerBy(model, path, { method: "iti", gate: "pid" }),
    /--gate: expected --method smitin/,
  );
});

test("words say what TypeScript says", async () => {
  const shares = (schedule: (step: number, rate: number) => number) =>
    Array.from({ length: 200 }, (_, step) => schedule(step, 50));
  assert.deepEqual(shares(scheduleOf("every(5) * fadeIn(2)")), shares(scheduleProduct(every(5), fadeIn(2))));
  for (const [words, lots] of [
    ["everyStep", "everyStep()"],
    ["fromTo(2, 6)", " fromTo( 2 ,6 ) "],
    ["ramp(0, 1)", "ramp(0, 1, 0, 1)"],
    ["fadeOut(1, 2)", "ramp(1, 2, 1, 0)"],
    ["fadeIn(2)", "breakpoints(0, 0, 2, 1)"],
  ])
    assert.deepEqual(shares(scheduleOf(words)), shares(scheduleOf(lots)), words);
  for (const steer of [smitin, suppress] as const) {
    const plain = await take(steer(probes, { alpha: 60, threshold: 0.55 }));
    assert.deepEqual(await take(steer(probes, { alpha: 60, threshold: 0.55, gate: "selfMonitor" })), plain);
  }
  const held = smitin(probes, { alpha: 60, threshold: 0.6, gate: "pid(integral=1)" });
  assert.deepEqual(
    await take(held),
    await take(smitin(probes, { alpha: 60, gate: pid({ target: 0.6, integral: 1 }), threshold: 0.6 })),
  );
});

test("every gate goes through plain data and back, towards a trait and away from it", () => {
  for (const name of Object.keys(gates)) {
    for (const until of ["present", "absent"] as const) {
      const gate = gateOf(name, { threshold: 0.4, until });
      const again = gateFrom(JSON.parse(JSON.stringify(gate.data)));
      assert.deepEqual(again.data, gate.data);
      const [one, other] = [gate(50), again(50)];
      const Cs = [0.1, 0.9, 0.4, 0.39, 0.41, 0, 1];
      assert.deepEqual(Cs.map(other), Cs.map(one), `${name} ${until}`);
    }
  }
});

test("a trait that is to go is held down by the controller turned round", () => {
  const control = gateOf("pid(proportional=1, integral=0)", { threshold: 0.4, until: "absent" })(50);
  assertClose(control(0.7), 0.3, 1e-12); // too much of it: pushed away
  assert.equal(control(0.2), 0);
});

test("words that cannot be read are refused with what was expected", () => {
  const aim = { threshold: 0.5, until: "present" as const };
  for (const words of [
    "",
    "every",
    "every()",
    "every(1, 2)",
    "every(x)",
    "every(5",
    "every(s=5)",
    "every(5) fadeIn(2)",
    "own",
    "constructor",
  ])
    assert.throws(() => scheduleOf(words), /^RangeError: (schedule|every): expected/, words);
  assert.throws(() => scheduleOf("every(0)"), /every: expected an integer from 1, found 0/);
  assert.throws(() => scheduleOf("breakpoints(0, 1, 2)"), /seconds and share of each point, found 3 numbers/);
  for (const words of ["", "pid(", "pid(2)", "pid(gain=1)", "pid(target=1, target=2)", "__proto__"])
    assert.throws(() => gateOf(words, aim), /^RangeError: gate: expected/, words);
  assert.throws(() => gateOf("pid(target=2)", aim), /target: expected a probability/);
  for (const data of [{ kind: "open" }, { kind: "toString" }, {}, null])
    assert.throws(() => gateFrom(data as never), /gate: expected one of selfMonitor, pid, always/);
  assert.throws(() => gateFrom({ kind: "selfMonitor", delta: 1 }), /threshold: expected a number, found NaN/);
});

test("a plan file that is something else is refused by name", () => {
  const path = join(folder, "odd.safetensors");
  writeFileSync(path, "nothing");
  assert.throws(() => loadPlan(path), /odd\.safetensors: not a safetensors file/);
  const short = join(folder, "short.safetensors");
  savePlan(short, iti(probes, { alpha: 1 }), model, { seconds: 0.1 });
  return assert.rejects(take(loadPlan(short)), /short\.safetensors: its schedule has 5 steps, found step 5/);
});
