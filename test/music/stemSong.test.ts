import assert from "node:assert/strict";
import { test } from "node:test";
import { artistNumbers, parseSongName, splitByArtist } from "../../lib/music/stemSong";
import { hearing, soundingWindows } from "../../lib/music/windows";

const songs = Array.from({ length: 30 }, (_, i) => ({ id: `song ${i}`, artist: `Artist ${i % 10}` }));

test("no artist is on both sides of a split, every song is on one, and only the seed moves them", () => {
  const side = (split: "train" | "test", seed: number) => splitByArtist(songs, split, { seed }).songs;
  const [train, held] = [side("train", 1), side("test", 1)];
  assert.equal(train.length + held.length, 30);
  assert.equal(held.length, 6); // two of ten artists
  const artists = new Set(train.map(({ artist }) => artist));
  assert.ok(held.every(({ artist }) => !artists.has(artist)));
  assert.deepEqual(side("test", 1), held);
  assert.ok([2, 3, 4].some((seed) => side("test", seed)[0].artist !== held[0].artist));
  const shuffled = [...songs].reverse();
  assert.deepEqual(new Set(splitByArtist(shuffled, "test", { seed: 1 }).songs), new Set(held));
});

test("a split that leaves a side empty is refused", () => {
  assert.throws(
    () => splitByArtist(songs.slice(0, 1), "train"),
    /split train: expected at least one song, found none among 1/,
  );
  assert.throws(() => splitByArtist(songs, "test", { testShare: 1 }), /testShare: .*found 1/);
});

test("artists are one whatever the case; unknown ones are each their own", () => {
  const numbers = artistNumbers([
    { id: "a", artist: "The Band" },
    { id: "b", artist: " the BAND" },
    { id: "c", artist: "" },
    { id: "d", artist: "" },
  ]);
  assert.equal(numbers[0], numbers[1]);
  assert.equal(new Set(numbers).size, 3);
  assert.deepEqual(parseSongName("A - B - C"), { artist: "A", title: "B - C" });
  assert.deepEqual(parseSongName("Song-1"), { artist: "", title: "Song-1" });
});

test("a window sounds when enough of its blocks do, and its end", () => {
  const powers = Float64Array.from("0110001111000", (loud) => (loud === "1" ? 1e-2 : 1e-6));
  const starts = (options: object, length = 4) =>
    soundingWindows(powers, length, { ...hearing, tail: 0.5, ...options });
  assert.deepEqual(starts({}), [0, 4, 5, 6, 7]); // 8 has two loud blocks, but ends silent
  assert.deepEqual(starts({ stemShare: 1 }), [6]);
  assert.deepEqual(starts({ stemLevel: -10 }), []);
  assert.deepEqual(starts({ stemLevel: -70, stemShare: 1 }), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(starts({}, 20), []);
});
