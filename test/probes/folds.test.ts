import assert from "node:assert/strict";
import { test } from "node:test";
import { pairedFolds } from "../../lib/probes/folds";

const pair = Int32Array.from({ length: 120 }, (_, clip) => clip >> 1);
const song = Int32Array.from(pair, (p) => Math.floor(Math.sqrt(p))); // songs of 1, 3, 5, ... pairs

test("no pair and no song is split, and folds are about equally large", () => {
  const { fold, folds } = pairedFolds(pair, song, 4, 1);
  assert.equal(folds, 4);
  const of = new Map<number, number>();
  song.forEach((s, clip) => {
    assert.equal(of.get(s) ?? fold[clip], fold[clip]);
    of.set(s, fold[clip]);
  });
  const sizes = [0, 1, 2, 3].map((f) => fold.filter((one) => one === f).length);
  assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 6, `${sizes}`);
});

test("without songs each pair stands alone; the seed deals them", () => {
  const deal = (seed: number) => [...pairedFolds(pair, undefined, 5, seed).fold];
  assert.deepEqual(deal(1), deal(1));
  assert.notDeepEqual(deal(1), deal(2));
  for (let clip = 0; clip < pair.length; clip += 2) assert.equal(deal(1)[clip], deal(1)[clip + 1]);
});

test("fewer songs than folds make fewer folds, and one song none", () => {
  assert.equal(pairedFolds(pair.slice(0, 6), undefined, 5, 0).folds, 3);
  assert.throws(() => pairedFolds(pair.slice(0, 2), undefined, 5, 0), /at least 2 songs, found 1/);
});
