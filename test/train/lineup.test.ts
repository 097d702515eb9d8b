import assert from "node:assert/strict";
import test from "node:test";
import { plainMix, recombined } from "../../experiments/train/lineup";
import { SONG_SECONDS } from "../../experiments/train/songs";
import { composeSong, instruments } from "../../lib/music/song";

const seeds = Array.from({ length: 400 }, (_, i) => i);
const song = (seed: number) => composeSong(seed, { seconds: SONG_SECONDS });

test("a recombined mix plays in one tempo and one harmony, its drums from any song of the tempo", () => {
  const draw = recombined(seeds);
  const own = { melody: 0, drums: 0 };
  for (const seed of seeds) {
    const mix = draw(seed, 1);
    const { bar, tonic, mode, chords } = song(seed);
    for (const who of instruments) {
      const source = song(mix.sources[who]);
      assert.equal(source.bar, bar);
      if (who !== "drums")
        assert.deepEqual([source.tonic, source.mode, source.chords], [tonic, mode, chords]);
      assert.deepEqual(mix.song.notes[who], source.notes[who]);
      assert.deepEqual(mix.song.arrangement[who], source.arrangement[who]);
      assert.equal(mix.song.programs[who], source.programs[who]);
    }
    if (mix.sources.piano === seed) own.melody++;
    if (mix.sources.drums === seed) own.drums++;
  }
  assert.ok(own.melody < 250 && own.melody > own.drums, JSON.stringify(own)); // of 400: most come from elsewhere
});

test("the same variant is the same mix, another variant another", () => {
  const [a, b] = [recombined(seeds), recombined(seeds)];
  assert.deepEqual(a(7, 2), b(7, 2));
  assert.ok(seeds.some((seed) => a(seed, 1).sources.drums !== a(seed, 2).sources.drums));
});

test("a plain mix is a song as it was composed", () => {
  const mix = plainMix(3, 1);
  assert.deepEqual(mix.song, song(3));
  assert.deepEqual(new Set(Object.values(mix.sources)), new Set([3]));
});
