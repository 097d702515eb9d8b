import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { JSDOM } from "jsdom";
import { preferenceTable, readRatings, scoreTable } from "../../experiments/paper/report/ratings";
import { type Trial, testPage } from "../../experiments/paper/report/testPage";

const folder = mkdtempSync(join(tmpdir(), "smitin-ratings-"));
after(() => rmSync(folder, { recursive: true }));

const clip = (method: string) => ({ trait: "drums", method, alpha: null, prompt: "1" });
const key = save("key", {
  kind: "smitin-listening-key",
  test: "abc",
  trials: { 1: ["a", "b"], 2: ["c", "d"] },
  clips: { a: clip("none"), b: clip("ITI"), c: clip("ITI"), d: clip("none") },
});
const anna = {
  kind: "smitin-ratings",
  test: "abc",
  rater: "Anna",
  ratings: [
    { trial: "1", scores: { a: 4, b: 2 }, better: "a" },
    { trial: "2", scores: { c: 3, d: 5 }, better: "same" },
  ],
};
const ben = { ...anna, rater: "Ben", ratings: [{ trial: "1", scores: { a: 5, b: 1 }, better: "a" }] };

test("mean opinion scores and preferences of several raters", () => {
  const found = readRatings([save("anna", anna), save("ben", ben)], key);
  assert.equal(found.raters, 2);
  const [none, iti] = found.methods;
  assert.deepEqual([none.method, none.n, iti.method, iti.n], ["none", 3, "ITI", 3]);
  assert.ok(Math.abs(none.mos - 14 / 3) < 1e-12 && Math.abs(iti.mos - 2) < 1e-12);
  assert.ok(none.low <= none.mos && none.mos <= none.high && none.low >= 1 && none.high <= 5);
  assert.deepEqual(found.pairs, [{ a: "ITI", b: "none", aBetter: 0, bBetter: 2, same: 1, p: 0.5 }]);
  assert.deepEqual(scoreTable(found).rows[0].slice(0, 2), ["none", 3]);
  assert.deepEqual(preferenceTable(found).rows, [["ITI", "none", 0, 2, 1, 0.5]]);
});

test("what a rater chooses on the page is what is saved, and read", async () => {
  const wave = { peaks: [0.5, 1], duration: 2, prompt: 1 };
  const clips = (a: string, b: string): Trial["clips"] => [
    { id: a, ...wave },
    { id: b, ...wave },
  ];
  const page = testPage("abc", [
    { trial: "1", clips: clips("a", "b") },
    { trial: "2", clips: clips("c", "d") },
  ]);
  const { window } = new JSDOM(page, { runScripts: "outside-only", url: "https://lab.test/" });
  const { document } = window;
  let saved: Blob | undefined;
  window.URL.createObjectURL = (blob: Blob) => {
    saved = blob;
    return "#";
  };
  const inline = [...document.querySelectorAll("script:not([src]):not([type])")].map(
    (script) => script.textContent,
  );
  const own = readFileSync(join(__dirname, "../../experiments/paper/report/page/test.js"), "utf8");
  window.eval([...inline, own].join("\n"));

  const sources = [...document.querySelectorAll("audio")].map((audio) => audio.getAttribute("src")!);
  assert.ok(["clips/a.wav", "clips/c.wav"].includes(sources[0]), "a pair is shown");
  const choose = (name: string, n: number) =>
    document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)[n].click();
  const rater = document.querySelector<HTMLInputElement>("#rater")!;
  rater.value = "Cleo";
  rater.dispatchEvent(new window.Event("input"));
  choose("score-A", 4);
  choose("score-B", 1);
  choose("better", 0);
  assert.equal(document.querySelector("#done")!.textContent, "1 of 2 pairs rated");
  document.querySelector<HTMLButtonElement>("#save")!.click();

  const reader = new window.FileReader();
  const loaded = new Promise((resolve) => {
    reader.onload = resolve;
  });
  reader.readAsText(saved!);
  await loaded;
  const file = JSON.parse(String(reader.result));
  assert.deepEqual([file.rater, file.test, file.ratings.length], ["Cleo", "abc", 1]);
  const [first, second] = sources.map((source) => source.slice("clips/".length, -".wav".length));
  assert.deepEqual(file.ratings[0].scores, { [first]: 5, [second]: 2 });
  assert.equal(readRatings([save("cleo", file)], key).raters, 1);
});

test("what is no rating of this test is refused, by name", () => {
  const change = (part: object) => ({ ...anna, ...part });
  const rating = (part: object) => change({ ratings: [{ ...anna.ratings[0], ...part }] });
  const wrong: [object, RegExp][] = [
    [change({ kind: "other" }), /kind: expected "smitin-ratings", found "other"/],
    [change({ test: "xyz" }), /test: expected ratings of test "abc", found "xyz"/],
    [change({ ratings: "none" }), /expected a rater and a list of ratings/],
    [rating({ trial: "9" }), /ratings\[0\]: trial: expected one of the test's, found "9"/],
    [rating({ scores: { a: 4 } }), /ratings\[0\]: scores.b: expected an integer from 1 to 5, found nothing/],
    [rating({ scores: { a: 6, b: 1 } }), /scores.a: expected an integer from 1 to 5, found 6/],
    [rating({ better: "d" }), /better: expected a clip of the trial, "same" or null, found "d"/],
    [change({ ratings: [anna.ratings[0], anna.ratings[0]] }), /ratings\[1\]: trial: expected each once/],
    [change({ ratings: [] }), /expected at least one rated pair, found none/],
  ];
  for (const [file, message] of wrong) assert.throws(() => readRatings([save("wrong", file)], key), message);
  assert.throws(
    () => readRatings([save("anna", anna), save("again", anna)], key),
    /rater: expected each once/,
  );
  assert.throws(
    () => readRatings([join(folder, "missing.json")], key),
    /expected a JSON file, found nothing/,
  );
  writeFileSync(join(folder, "broken.json"), "{");
  assert.throws(() => readRatings([join(folder, "broken.json")], key), /broken.json: expected JSON/);
  assert.throws(() => readRatings([save("anna", anna)], save("nokey", anna)), /"smitin-listening-key"/);
});

function save(name: string, content: object): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}
