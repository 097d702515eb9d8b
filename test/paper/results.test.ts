import assert from "node:assert/strict";
import { test } from "node:test";
import { difference } from "../../experiments/paper/report/findings";
import { findingsTable } from "../../experiments/paper/report/record";
import { checkResults } from "../../experiments/paper/report/results";
import { number, points, toMarkdown } from "../../experiments/paper/report/table";
import type { ResultRow } from "../../experiments/paper/shared/outcome";
import { addedLater, addedWord, captionsFor } from "../../experiments/paper/shared/songs";

const row: ResultRow = {
  experiment: "continuation",
  trait: "drums",
  method: "ITI",
  alpha: 5,
  topK: 16,
  direction: "probe",
  n: 48,
  success: 0.5,
  low: 0.36,
  high: 0.64,
  fad: 0.4,
  similarity: 0.8,
  kept: null,
  seed: 1,
  profile: "quick",
};

test("rows of results.json are checked field by field", () => {
  assert.deepEqual(checkResults([row], "results.json"), [row]);
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ success: 1.5 }, /row 0: success: expected a share from 0 to 1, or null, found 1.5/],
    [{ success: null }, /expected success with low and high, or none/],
    [{ low: 0.6 }, /expected low <= success <= high/],
    [{ n: 0 }, /n: expected an integer from 1, found 0/],
    [{ topK: "most" }, /topK: expected a number of heads, "all" or null/],
    [{ fad: Number.NaN }, /fad: expected a finite number, or null/],
    [{ trait: "" }, /trait: expected a text/],
    [{ seed: undefined }, /seed: expected an integer, found nothing/],
    [{ extra: 1 }, /found extra/],
  ];
  for (const [change, message] of wrong)
    assert.throws(() => checkResults([{ ...row, ...change }], "results.json"), message);
  assert.throws(() => checkResults({}, "results.json"), /results.json: expected a list of rows, found {}/);
});

test("captions do not name the instrument until it is added", () => {
  const captions = captionsFor("piano", 12, 1);
  assert.equal(new Set(captions.map(({ text }) => text)).size, 12);
  for (const { text } of captions) {
    assert.doesNotMatch(text, /piano/);
    assert.match(addedWord(text, "piano", true), /\bpiano\b/);
  }
  assert.equal(
    addedWord("slow song, bass and guitar, A minor", "drums", true),
    "slow song, bass and guitar and drums, A minor",
  );
  assert.equal(addedWord("slow song, A minor", "drums", true), "slow song, drums, A minor");
  assert.equal(addedWord("song", "drums", true), "song, drums");
  assert.equal(addedWord("song", "drums", false), "song, add drums");
  assert.equal(addedLater("slow song, bass", "drums", true), "slow song, bass, add drums");
  assert.equal(addedLater("slow song, bass", "drums", false), "add drums");
});

test("tables as Markdown", () => {
  const text = toMarkdown({
    columns: ["a", "b"],
    rows: [
      ["x|y", 0.123456],
      [null, 0.5],
    ],
  });
  assert.equal(text, "| a | b |\n| --- | ---: |\n| x/y | 0.123 |\n|  | 0.500 |\n");
});

test("numbers have three digits; differences of shares are in percent, as shares are", () => {
  assert.equal(number(185.575, 163.596, 209.31), "186 (164 to 209)");
  assert.equal(number(8.394, 2.459, 17.391), "8.39 (2.46 to 17.39)");
  assert.equal(number(0.0123), "0.012");
  assert.equal(points(0.01, -0.0222, 0.0426), "1.0 % (-2.2 to 4.3 %)");
  const share = difference("more", [1, 1, 0], [0, 1, 0]);
  const mean = difference("more", [1.5, 1], [0, 1]);
  assert.deepEqual([share.isShare, mean.isShare], [true, undefined]);
  const [row] = findingsTable([{ ...share, holds: null }]).rows;
  assert.match(String(row[1]), /^33\.3 % \(/);
});
