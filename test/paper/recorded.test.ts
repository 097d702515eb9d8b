import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Ending, reproduce } from "../../experiments/paper/reproduce";
import type { Lab } from "../../experiments/paper/shared/lab";
import { folderOf } from "../../experiments/paper/shared/openLab";
import type { ResultRow } from "../../experiments/paper/shared/outcome";
import { profiles } from "../../experiments/paper/shared/profile";
import { inTurn } from "../../experiments/paper/shared/recorded";
import { promptsFor, songOf } from "../../experiments/paper/shared/songs";
import { profileOn } from "../../experiments/paper/shared/traits";
import { startBackend } from "../../lib/engine";
import { writeWholeModel } from "../command/smitin";
import { playSongs, writeMusdb18hq } from "../music/layouts";
import { openModel, smokeLab } from "./fixture";

/* The experiments on recorded songs: a folder laid out as MUSDB18-HQ, of which the judge knows the drums and not the vocals. */
const folder = mkdtempSync(join(tmpdir(), "smitin-recorded-"));
const out = join(folder, "out");
const data = `musdb18hq:${join(folder, "hq")}`;
let lab: Lab;
let endings: Ending[];

before(async () => {
  await startBackend("wasm");
  // at the model's 400 Hz only drums and bass are left: it is the bass that sings
  const [one, two, three] = (await playSongs(3, 6)).map((parts) => ({
    ...parts,
    bass: parts.piano,
    piano: parts.bass,
  }));
  writeMusdb18hq(join(folder, "hq"), [
    ...["A", "B", "C", "D", "E", "F"].map((artist, i): [string, typeof one] => [
      `train/${artist} - Song`,
      [one, two, three][i % 3],
    ]),
    ["test/G - Song", one],
    ["test/H - Song (2)", three],
  ]);
  const band = smokeLab(openModel(join(folder, "model")), out);
  lab = { ...band, data, profile: profileOn(band.profile, data, ["vocals", "drums"]) };
  endings = await reproduce(lab);
});

after(() => rmSync(folder, { recursive: true }));

const read = (path: string) => readFileSync(join(out, path), "utf8");
const rows = (experiment: string): ResultRow[] =>
  JSON.parse(read("results.json")).filter((row: ResultRow) => row.experiment === experiment);

test("what recorded songs allow runs; what they do not is left out with a sentence", () => {
  for (const { experiment, error } of endings)
    assert.equal(error, undefined, `${experiment}: ${error?.stack}`);
  const leftOut = endings.filter((ending) => ending.leftOut);
  assert.deepEqual(
    leftOut.map(({ experiment }) => experiment),
    ["several-traits"],
  );
  for (const { experiment, leftOut: why } of leftOut) {
    assert.equal(JSON.parse(read(`${experiment}/outcome.json`)).about, `Left out: ${why}.`);
    assert.ok(read("index.html").includes(`Left out: ${why}.`));
  }
});

test("takes of a trait that the judge does not know are not judged; the others are", () => {
  const continuation = rows("continuation");
  assert.deepEqual([...new Set(continuation.map(({ trait, method }) => `${trait} ${method}`))].sort(), [
    "drums ITI",
    "drums SMITIN",
    "drums none",
    "drums text",
    "vocals ITI",
    "vocals SMITIN",
    "vocals none",
  ]);
  for (const { trait, success, fad, similarity } of continuation) {
    assert.equal(success === null, trait === "vocals");
    assert.ok(fad !== null && similarity !== null);
  }
  assert.deepEqual([...new Set(rows("judge-agreement").map(({ trait }) => trait))], ["drums"]);
  const [none] = rows("monitor-trace");
  assert.deepEqual([none.trait, none.success, none.n], ["vocals", null, 1]);
  const { findings } = JSON.parse(read("trade-off/outcome.json"));
  assert.ok(findings.every(({ claim }: { claim: string }) => !claim.includes("success rises")));
});

test("a judge that takes its time and knows both traits: all is judged, and two traits are steered at once", async () => {
  const traits = [...lab.judge.traits, "vocals"];
  const judge: Lab["judge"] = {
    ...{ name: "CLAP toy", isBundled: false, traits, fingerprint: "toy", embed: lab.judge.embed },
    hear: async (clips) =>
      (await lab.judge.hear(clips)).map(({ probabilities }) => ({
        traits,
        probabilities: probabilities.map((row) => [...row, row[1]]),
      })),
  };
  const found = await reproduce({ ...lab, judge, folder: join(folder, "clap") }, [
    "several-traits",
    "trade-off",
  ]);
  assert.deepEqual(
    found.map(({ error, leftOut }) => error?.stack ?? leftOut),
    [undefined, undefined],
  );
  const all: ResultRow[] = JSON.parse(readFileSync(join(folder, "clap/results.json"), "utf8"));
  assert.ok(all.every(({ success }) => success !== null));
  assert.deepEqual([...new Set(all.map(({ trait }) => trait))], ["vocals", "drums"]);
  const { about, notes } = JSON.parse(readFileSync(join(folder, "clap/several-traits/outcome.json"), "utf8"));
  assert.match(about, /^2 prompts with drums and without vocals/);
  assert.ok(notes.every((note: string) => !note.includes("bundled judge")));
});

test("page and configuration say whose music it is, and what the judge knows", () => {
  assert.equal(JSON.parse(read("continuation/config.json")).data, "musdb18hq");
  assert.match(read("index.html"), /Music of musdb18hq, model tiny/);
  const table = read("continuation/table.md");
  assert.match(table, /2 prompts an instrument, 1\.5 s of musdb18hq without it/);
  assert.match(table, /judged by the bundled judge, which knows the studio band's sounds only/);
  assert.match(table, /clips of 4 s of musdb18hq with vocals/);
  for (const file of ["config.json", "outcome.json"])
    assert.ok(!read(`continuation/${file}`).includes(folder), "no path of this machine");
});

test("a second run computes nothing anew; the band's captures and these are not each other's", async () => {
  const results = read("results.json");
  const kept = () => readdirSync(join(out, ".cache"), { recursive: true }).sort() as string[];
  const cells = () =>
    readdirSync(join(out, "continuation/cells"))
      .sort()
      .map((name) => read(`continuation/cells/${name}/cells.jsonl`));
  const [files, lines] = [kept(), cells()];
  await reproduce(lab, ["continuation"]);
  assert.deepEqual([kept(), cells(), read("results.json")], [files, lines, results]);
  const drums = rows("probe-grids").find(({ trait }) => trait === "drums");
  const band = { ...lab, data: "studio", profile: { ...profiles.smoke, traits: ["drums"] } };
  assert.deepEqual(
    (await reproduce(band, ["probe-grids"])).map(({ error }) => error),
    [undefined],
  );
  const added = kept().filter((name) => !files.includes(name));
  assert.deepEqual(
    added.map((name) => name.replace(/-.*\./, ".")),
    ["drums.json", "drums.z"],
  );
  assert.notDeepEqual(rows("probe-grids"), [drums]);
});

test("prompts are the same whoever asks first, their songs in turn, and tell their song", async () => {
  const one = await promptsFor({ ...lab, seed: 8 }, "drums", 1);
  const more = await promptsFor({ ...lab, seed: 8 }, "drums", 2);
  assert.deepEqual(more[0], one[0]);
  assert.deepEqual(more.map(({ id }) => songOf(id)).sort(), ["test/G - Song", "test/H - Song (2)"]);
  assert.deepEqual(
    inTurn(["a1", "a2", "a3", "b1", "c1", "c2"], ([song]) => song),
    ["a1", "b1", "c1", "a2", "c2", "a3"],
  );
});

test("traits: those of the profile that the data have, or those asked for", () => {
  const own = profileOn(profiles.quick, data);
  assert.deepEqual([own.traits, own.trait, own.textToMusic.traits], [["drums", "bass"], "drums", ["drums"]]);
  assert.deepEqual(lab.profile.textToMusic.traits, ["vocals"]);
  assert.equal(profileOn(profiles.full, "studio"), profiles.full);
  assert.match(folderOf("quick", data), /reproduce.musdb18hq.quick$/);
});

test("the command line: what runs on a data set, and one clear error for what cannot", () => {
  const model = writeWholeModel(join(folder, "whole"));
  const run = (...words: string[]) => {
    const place = join(folder, "command");
    const command = ["--smoke", "--out", place, "--model", model, "probe-grids", ...words];
    const script = join(__dirname, "../../experiments/paper/index.ts");
    return spawnSync(process.execPath, ["--import", "tsx", script, ...command], { encoding: "utf8" });
  };
  const wrong = ["--data", `pairs:${join(folder, "hq")}`];
  assert.match(
    run(...wrong).stderr,
    /^reproduce: --traits: expected a word for what the pairs differ in.*\n$/,
  );
  assert.match(run("--data", "cloud:x").stderr, /^reproduce: data: expected studio, musdb18hq:<folder>.*\n$/);
  assert.ok(!existsSync(join(folder, "command")));
  const made = run("--data", data);
  assert.deepEqual([made.stderr.replace(/.*%.*\n/g, ""), made.status], ["", 0]);
  assert.match(made.stdout, /musdb18hq has no piano: left out\.\n/);
  const [row] = JSON.parse(readFileSync(join(folder, "command/results.json"), "utf8"));
  assert.deepEqual([row.trait, row.n], ["drums", 12]);
});
