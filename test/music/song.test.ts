import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../lib/math/random";
import { caption, captionWords } from "../../lib/music/caption";
import { composeSong, instruments, presence } from "../../lib/music/song";
import { assertClose } from "../close";

test("a seed fixes a song; another seed gives another", () => {
  assert.deepEqual(composeSong(5), composeSong(5));
  assert.notDeepEqual(composeSong(5).notes, composeSong(6).notes);
});

test("every sixteenth falls on a 20 ms frame, so that equal sounds become equal tokens", () => {
  for (let seed = 0; seed < 40; seed++) {
    for (const who of instruments) {
      for (const { time } of composeSong(seed).notes[who]) {
        assertClose(time / 0.02, Math.round(time / 0.02), 1e-6, `seed ${seed}: ${who}`);
      }
    }
  }
});

test("players play in the bars of the arrangement only, within their registers", () => {
  const song = composeSong(3, { seconds: 20, entrance: 0.5 });
  for (const who of instruments) {
    for (const { time, key } of song.notes[who]) {
      assert.ok(song.arrangement[who][Math.floor(time / song.bar + 1e-6)], `${who} at ${time} s`);
      if (who === "bass") assert.ok(key >= 28 && key < 40);
      if (who === "piano") assert.ok(key >= 64 && key < 76);
    }
  }
});

test("without entrances everybody plays throughout; with them, about as often as asked", () => {
  const whole = (entrance: number) => {
    let count = 0;
    for (let seed = 0; seed < 300; seed++) {
      const song = composeSong(seed, { entrance });
      count += instruments.filter((who) => presence(song, who, 0, 10) > 0.999).length;
    }
    return count / (300 * instruments.length);
  };
  assert.equal(whole(0), 1);
  assertClose(whole(0.2), 0.7, 0.05); // .2 late, .1 early
});

test("captions use the tokenizer's words only and often leave players out", () => {
  const words = new Set(captionWords());
  let named = 0;
  for (let seed = 0; seed < 200; seed++) {
    const text = caption(composeSong(seed), instruments, random(seed));
    for (const word of text.toLowerCase().replaceAll(",", " ,").split(/\s+/))
      assert.ok(words.has(word), `${word}: ${text}`);
    if (/drums/.test(text)) named++;
  }
  assert.ok(named > 120 && named < 180, `${named} of 200 name the drums`);
});
