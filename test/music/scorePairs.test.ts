import assert from "node:assert/strict";
import { test } from "node:test";
import "../../lib/disk/soundFont";
import { bandRate } from "../../lib/music/band";
import { bandScorePairs, scoreTraits } from "../../lib/music/scorePairs";
import { composeSong, instruments } from "../../lib/music/song";

test("a song in another mode has the same tonic, rhythm, players and sounds, and other pitches", () => {
  let thirds = 0;
  for (let seed = 0; seed < 20; seed++) {
    const [minor, major] = (["minor", "major"] as const).map((mode) =>
      composeSong(seed, { mode, entrance: 0 }),
    );
    assert.deepEqual([minor.mode, major.mode], ["minor", "major"]);
    assert.deepEqual(
      [minor.tonic, minor.bar, minor.programs, minor.arrangement],
      [major.tonic, major.bar, major.programs, major.arrangement],
    );
    assert.deepEqual(minor.notes.drums, major.notes.drums);
    for (const who of instruments)
      assert.deepEqual(
        minor.notes[who].map(({ time, velocity }) => [time, velocity]),
        major.notes[who].map(({ time, velocity }) => [time, velocity]),
      );
    const drawn = composeSong(seed, { entrance: 0 });
    assert.deepEqual(drawn, drawn.mode === "minor" ? minor : major, "what is not asked for is as it was");
    const first = ({ notes, bar, tonic }: typeof minor) =>
      new Set(notes.piano.filter(({ time }) => time < bar).map(({ key }) => (key - tonic + 120) % 12));
    if (first(minor).has(3) && first(major).has(4)) thirds++;
  }
  assert.equal(thirds, 20, "the first chord is the tonic's");
});

test("a song at another tempo has the same notes at other times", () => {
  for (let seed = 0; seed < 20; seed++) {
    const [fast, slow] = [6, 8].map((sixteenth) => composeSong(seed, { sixteenth, seconds: 2, entrance: 0 }));
    assert.deepEqual([Math.round(fast.tempo), Math.round(slow.tempo)], [125, 94]);
    for (const who of instruments)
      for (const [i, note] of slow.notes[who].entries()) {
        const other = fast.notes[who][i];
        assert.equal(other.key, note.key);
        assert.ok(Math.abs(other.time - 0.75 * note.time) < 1e-9);
      }
  }
});

test("pairs of the score: one a song, sounding, no two alike, the same for the same seed", async () => {
  for (const trait of Object.keys(scoreTraits)) {
    const options = { trait, count: 3, seconds: 1, seed: 2 };
    const pairs = await bandScorePairs(options);
    assert.equal(new Set(pairs.map(({ song }) => song)).size, 3);
    for (const { with: own, without, trait: name } of pairs) {
      assert.equal(name, trait);
      assert.deepEqual([own.samples.length, without.samples.length], [bandRate, bandRate]);
      assert.ok(own.samples.some((x) => Math.abs(x) > 0.01));
      assert.ok(own.samples.some((x, i) => Math.abs(x - without.samples[i]) > 0.01));
    }
    assert.deepEqual(await bandScorePairs({ ...options, count: 1 }), pairs.slice(0, 1));
  }
});

test("what no score has, or the band cannot play, is refused", async () => {
  await assert.rejects(
    bandScorePairs({ trait: "sad", count: 1 }),
    /trait: expected one of minor, fast, found "sad"/,
  );
  await assert.rejects(bandScorePairs({ trait: "minor", count: 0 }), /count: expected an integer from 1/);
  await assert.rejects(
    bandScorePairs({ trait: "minor", count: 1, seconds: 11 }),
    /seconds: expected .* at most 10/,
  );
  await assert.rejects(
    bandScorePairs({ trait: "minor", count: 1, seed: -1 }),
    /seed: expected an integer from 0/,
  );
});
