import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { experiments } from "../../experiments/paper/experiments";
import { difference } from "../../experiments/paper/report/findings";
import { resultRow } from "../../experiments/paper/report/results";
import { reproduce } from "../../experiments/paper/reproduce";
import type { Experiment, Lab } from "../../experiments/paper/shared/lab";
import type { Outcome } from "../../experiments/paper/shared/outcome";
import { promptsFor } from "../../experiments/paper/shared/songs";
import { startBackend } from "../../lib/engine";
import { generateBatch } from "../../lib/model/generate/generate";
import { openModel, smokeLab } from "../paper/fixture";

// An experiment of one's own: are takes louder when they are sampled at a higher temperature?

async function temperature(lab: Lab): Promise<Outcome> {
  const { model, profile, seed } = lab;
  const prompts = await promptsFor(lab, profile.trait, 2);
  const loudnessAt = async (temperature: number) => {
    const rows = prompts.map(({ audio }, i) => ({ prompt: audio, seed: seed + i, temperature }));
    const takes = await generateBatch(model, rows, { seconds: profile.seconds });
    return takes.map(({ audio: { samples } }) => Math.hypot(...samples) / Math.sqrt(samples.length));
  };
  const [low, high] = [await loudnessAt(0.5), await loudnessAt(2)];
  const about = { experiment: "temperature", trait: profile.trait, n: prompts.length };
  const rated = { success: null, low: null, high: null };
  return {
    title: "Temperature and loudness",
    about: `${prompts.length} prompts, each continued at two temperatures.`,
    rows: ["low", "high"].map((method) => resultRow(lab, { ...about, ...rated, method })),
    table: { columns: ["temperature", "loudness"], rows: [low, high].map((all, i) => [[0.5, 2][i], all[0]]) },
    findings: [difference("takes are louder at a higher temperature", high, low)],
    figures: [],
    sounds: [],
    notes: [],
  };
}

const mine: Experiment = { name: "temperature", title: "loudness at two temperatures", run: temperature };

experiments.push(mine);

const folder = mkdtempSync(join(tmpdir(), "smitin-experiment-"));
after(() => rmSync(folder, { recursive: true }));

test("an experiment of one's own is run by name and stands on the page with the others", async () => {
  await startBackend("wasm");
  const lab = smokeLab(openModel(join(folder, "model")), join(folder, "out"));
  const [ending, ...others] = await reproduce(lab, ["temperature"]);
  assert.equal(ending.error, undefined, ending.error?.stack);
  assert.deepEqual(others, []);
  const read = (name: string) => readFileSync(join(lab.folder, name), "utf8");
  assert.equal(JSON.parse(read("temperature/config.json")).title, mine.title);
  assert.equal(JSON.parse(read("temperature/outcome.json")).findings.length, 1);
  assert.match(read("temperature/table.md"), /# Temperature and loudness/);
  assert.equal(JSON.parse(read("results.json")).length, 2);
  assert.match(read("index.html"), /<section id="temperature">/);
  await assert.rejects(reproduce(lab, ["nonsense"]), /expected one of probe-grids, .*temperature, found/);
});
