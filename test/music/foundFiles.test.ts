import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeWav } from "../../lib/audio/wav";
import { memoryTree } from "../../lib/files/tree";
import { random } from "../../lib/math/random";
import { itemsOf } from "../../lib/music/dataset";
import { hasTrait, openPairs } from "../../lib/music/openData";
import { chunk, fmt, oddWavs, riff } from "../audio/riff";

const noise = (seed: number) => {
  const uniform = random(seed);
  return encodeWav({
    samples: Float32Array.from({ length: 3 * 8000 }, () => uniform() - 0.5),
    sampleRate: 8000,
  });
};
/** A WAV file that holds nothing, as a recorder leaves that was stopped at once. */
const noFrames = riff([fmt(), chunk("data", Buffer.alloc(0))]);
const open = (files: Record<string, Uint8Array>) => () => memoryTree("data", new Map(Object.entries(files)));
const wish = { count: 2, seconds: 1, rate: 8000, seed: 1 };

async function pairsOf(kind: "stems" | "pairs", trait: string, files: Record<string, Uint8Array>) {
  const pairs = [];
  for await (const pair of itemsOf(openPairs(`${kind}:data`, { ...wish, trait }, open(files))))
    pairs.push(pair);
  return pairs;
}

for (const name of ["bläser", "गिटार", "กลอง", "ドラム", "Ударные", "الطبول"])
  for (const [stored, asked] of [
    ["NFC", "NFD"],
    ["NFD", "NFC"],
    ["NFD", "NFD"],
  ])
    test(`the trait ${name} is found, its file's name stored as ${stored}, the trait written as ${asked}`, async () => {
      const files = {
        [`Song/01 ${name} links.wav`.normalize(stored)]: noise(1),
        "Song/Bass.wav": noise(2),
      };
      assert.ok(hasTrait("stems:data", name.normalize(asked), open(files)));
      assert.equal((await pairsOf("stems", name.normalize(asked), files)).length, 2);
      assert.ok(!hasTrait("stems:data", name.slice(0, -1), open(files)));
    });

test("a joiner within a word does not make two words of it, nor another word", () => {
  assert.ok(hasTrait("stems:data", "क्ष", open({ "Song/क्\u200dष.wav": noise(1), "Song/b.wav": noise(2) })));
});

for (const name of ["Bläser", "ทำนอง", "धुन"])
  test(`partners called ${name} are matched, however their letters are stored, and are the same windows`, async () => {
    const pairs = (form: string) =>
      pairsOf("pairs", "wind", {
        [`with/${name}.wav`.normalize(form)]: noise(1),
        [`without/${name}.wav`.normalize("NFC")]: noise(2),
      });
    assert.equal((await pairs("NFD")).length, 2);
    assert.deepEqual(await pairs("NFD"), await pairs("NFC"));
  });

test("a stem without frames among good ones is silence; a song whose stem holds nothing else is passed over", async () => {
  const good = { "Good/drums.wav": noise(1), "Good/bass.wav": noise(2) };
  const [pair] = await pairsOf("stems", "drums", { ...good, "Good/guitar.wav": noFrames });
  const [same] = await pairsOf("stems", "drums", good);
  assert.deepEqual(pair.with, same.with);
  assert.deepEqual(pair.without, same.without);
  const two = await pairsOf("stems", "drums", {
    "Bad/drums.wav": noFrames,
    "Bad/bass.wav": noise(3),
    ...good,
  });
  assert.ok(two.length > 0 && two.every(({ song }) => song === two[0].song));
  await assert.rejects(
    pairsOf("stems", "drums", { "Bad/drums.wav": noFrames, "Bad/bass.wav": noise(3) }),
    /expected at least one clip, only 0 of 2 found .*in which drums never sounds/,
  );
});

test("a stem of an impossible rate is refused by file, rate and length", () =>
  assert.rejects(
    pairsOf("stems", "drums", {
      "S/drums.wav": riff([fmt({ rate: 1 }), chunk("data", Buffer.alloc(4000))]),
      "S/b.wav": oddWavs.plain,
    }),
    /data\/S\/drums\.wav: expected a sample rate .*found 1 Hz: its 1000 frames would last 1000 s/,
  ));
