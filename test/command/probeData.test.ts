import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { loadProbes } from "../../lib/disk/probeFile";
import { readSweep } from "../../lib/disk/sweepFolder";
import { playSongs, writeMusdb18hq } from "../music/layouts";
import { openWorkspace, type Workspace, writeWholeModel } from "./smitin";

let workspace: Workspace;

before(async () => {
  workspace = openWorkspace();
  writeWholeModel(workspace.path("whole"));
  const songs = await playSongs(2, 2);
  writeMusdb18hq(workspace.path("hq"), [
    ["train/The Band - One", songs[0]],
    ["train/Others - Two", songs[1]],
    ["test/Somebody - Three", songs[0]],
  ]);
});
after(() => workspace.clear());

test("probe: a data set's stem and a continuous trait; what was captured is kept; wrong data are one line", async () => {
  const options = "--model whole --pairs 4 --seconds 0.5 --folds 2 --cache captures";
  const [bass, bright, none, other] = await Promise.all([
    workspace.run(`probe ${options} --data musdb18hq:hq --trait bass --level matched --out bass.json`),
    workspace.run(`probe ${options} --data musdb18hq:hq --trait brightness --out bright.json`),
    workspace.run(`probe ${options} --data musdb18hq:hq --trait flute --out none.json`),
    workspace.run(`probe ${options} --data cloud:hq --trait bass --out none.json`),
  ]);
  assert.deepEqual([bass.stderr, bass.code, bright.stderr, bright.code], ["", 0, "", 0]);
  assert.match(
    bass.stdout,
    /^bass\.json: 8 probes of bass, held-out accuracy .*musdb18hq \(train: 2 of 3 songs\), level matched/,
  );
  assert.match(bass.stdout, /4 of 4 found in 2 of 2 songs, of \d+ windows that sound\n$/);
  assert.match(bright.stdout, /^bright\.json: 8 probes of brightness, held-out R\^2 -?\d/);
  assert.equal(loadProbes(workspace.path("bass.json")).training.clips, 8);
  const probes = loadProbes(workspace.path("bright.json"));
  assert.equal(probes.scale!.unit, "Hz");
  assert.ok(probes.heads.every(({ fit }) => fit));
  assert.equal(readdirSync(workspace.path("captures")).length, 2);
  assert.match(none.stderr, /^smitin: hq: expected a stem called flute in some song, found only [^\n]+\n$/);
  assert.match(other.stderr, /^smitin: data: expected studio, musdb18hq:<folder>.*"cloud:hq"\n$/);
  assert.deepEqual([none.code, other.code], [1, 1]);
});

test("sweep: a data set's test songs without the stem are the prompts", async () => {
  const options = "--prompt-seconds 0.5 --count 1 --frames 4 --alpha 5 --methods iti --no-judge";
  const sweep = `sweep --model whole --probes bass.json ${options} --data musdb18hq:hq`;
  const [made, both] = await Promise.all([
    workspace.run(`${sweep} --out sweep`),
    workspace.run(`${sweep} --prompts hq --out none`),
  ]);
  assert.deepEqual([made.stderr, made.code], ["", 0]);
  const prompts = readSweep(workspace.path("sweep")).cells.map(({ cell }) => cell.prompt);
  assert.deepEqual([...new Set(prompts)], ["test/Somebody - Three"]);
  assert.match(both.stderr, /--data.*cannot be used with.*--prompts/);
});
