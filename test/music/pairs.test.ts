import assert from "node:assert/strict";
import { test } from "node:test";
import "../../lib/disk/soundFont";
import { soundLevel } from "../../lib/audio/level";
import { mixStems, playSong } from "../../lib/music/band";
import { bandContinuation, bandPairs, bandPrompts } from "../../lib/music/pairs";
import { composeSong, type Instrument, instruments } from "../../lib/music/song";

test("the same song gives the same samples, whatever was played before", async () => {
  const song = composeSong(1, { seconds: 2 });
  const first = await playSong(song);
  await playSong(composeSong(2, { seconds: 2 }));
  const again = await playSong(song);
  for (const who of instruments) assert.deepEqual(again[who], first[who], who);
});

test("stems are levelled: none drowns another", async () => {
  for (let seed = 10; seed < 14; seed++) {
    const stems = await playSong(composeSong(seed, { seconds: 4, entrance: 0 }));
    const loudness = instruments.map((who) => soundLevel({ samples: stems[who], sampleRate: 16000 }).active);
    assert.ok(Math.max(...loudness) - Math.min(...loudness) < 9, loudness.map((x) => x.toFixed(1)).join(" "));
  }
});

test("a pair differs by one audible stem and nothing else", async () => {
  const pairs = await bandPairs({ trait: "guitar", count: 4, seconds: 2, seed: 9 });
  assert.equal(pairs.length, 4);
  assert.equal(new Set(pairs.map(({ song }) => song)).size, 2);
  for (const pair of pairs) {
    assert.equal(pair.with.samples.length, 32000);
    const difference = pair.with.samples.map((x, i) => x - pair.without.samples[i]);
    assert.ok(soundLevel({ samples: difference, sampleRate: 16000 }).rms > -41);
    assert.ok(soundLevel(pair.without).rms > -60);
  }
  assert.deepEqual(await bandPairs({ trait: "guitar", count: 2, seconds: 2, seed: 9 }), pairs.slice(0, 2));
});

test("prompts lack the instrument and are songs that pairs do not use", async () => {
  const prompts = await bandPrompts({ trait: "bass", count: 3, seconds: 1, seed: 2 });
  for (const { players, song, audio } of prompts) {
    assert.ok(!players.includes("bass") && players.length > 0);
    assert.ok(song >= 500_000_000);
    const stems = await playSong(composeSong(song, { seconds: 1, entrance: 0 }));
    assert.deepEqual(audio.samples, mixStems(stems, players));
  }
});

test("the band goes on where the prompt ends, the missing instrument joining", async () => {
  const [prompt] = await bandPrompts({ trait: "bass", count: 1, seconds: 1, seed: 2 });
  const next = await bandContinuation(prompt, 2);
  assert.equal(next.samples.length, 32000);
  const stems = await playSong(composeSong(prompt.song, { seconds: 3, entrance: 0 }));
  const line = mixStems(stems, [...prompt.players, "bass"]);
  assert.deepEqual(next.samples, line.slice(16000));
  assert.notDeepEqual(next.samples, mixStems(stems, prompt.players).slice(16000));
});

test("no two prompts sound the same, however short they are", async () => {
  const prompts = await bandPrompts({ trait: "drums", count: 100, seconds: 0.1, seed: 1 });
  const songs = prompts.map(({ song }) => song);
  assert.ok(songs.at(-1)! - songs[0] > 99, "none was left out");
  assert.equal(new Set(prompts.map(({ audio }) => `${audio.samples}`)).size, 100);
});

test("impossible wishes are refused by name", async () => {
  const wish = { trait: "drums" as Instrument, count: 2 };
  await assert.rejects(
    bandPairs({ ...wish, trait: "flute" as Instrument }),
    /trait: expected one of drums.*"flute"/,
  );
  await assert.rejects(bandPairs({ ...wish, count: 0 }), /count: .*found 0/);
  await assert.rejects(bandPairs({ ...wish, seconds: Number.NaN }), /seconds: .*found NaN/);
  await assert.rejects(bandPrompts({ ...wish, seed: -1 }), /seed: .*found -1/);
});

test("a signal stops the band after the song that it plays", async () => {
  const stop = new AbortController();
  const done: number[] = [];
  const onProgress = (pairs: number) => {
    done.push(pairs);
    stop.abort();
  };
  const options = { trait: "bass", count: 6, seconds: 1, signal: stop.signal, onProgress } as const;
  await assert.rejects(bandPairs(options), { name: "AbortError" });
  await assert.rejects(bandPrompts(options), { name: "AbortError" });
  assert.deepEqual(done, [2, 1]);
});
