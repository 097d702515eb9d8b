import assert from "node:assert/strict";
import { test } from "node:test";
import { type Audio, excerpt } from "../../lib/audio/audio";
import { chroma, harmonyAgreement, musicalKey, pitchClasses } from "../../lib/judges/harmony";
import { mean } from "../../lib/math/statistics";
import { assertClose } from "../close";
import { bandSongs } from "./songs";

const chord = (keys: number[], seconds = 1, sampleRate = 16000): Audio => ({
  samples: Float32Array.from({ length: seconds * sampleRate }, (_, i) =>
    keys.reduce(
      (sum, key) => sum + 0.1 * Math.sin((2 * Math.PI * 440 * 2 ** ((key - 69) / 12) * i) / sampleRate),
      0,
    ),
  ),
  sampleRate,
});

test("the pitch classes of a chord are its notes, at any sample rate", () => {
  for (const sampleRate of [16000, 32000, 44100]) {
    const classes = pitchClasses(chord([57, 61, 64], 1, sampleRate)); // A major
    for (const [pitch, share] of classes.entries())
      assert.ok(
        [9, 1, 4].includes(pitch) ? share > 0.3 : share < 0.02,
        `${sampleRate} Hz, ${pitch}: ${share}`,
      );
  }
  const { data, frames, hop } = chroma(chord([60]));
  assert.equal(data.length, frames * 12);
  assertClose(frames * hop, 1, 0.1);
});

test("a cadence tells the key", () => {
  const cadence = [
    [60, 64, 67],
    [65, 69, 72],
    [67, 71, 74],
    [60, 64, 67],
  ].map((keys) => chord(keys)); // I IV V I in C
  const samples = Float32Array.from(cadence.flatMap((part) => Array.from(part.samples)));
  const key = musicalKey({ samples, sampleRate: 16000 })!;
  assert.deepEqual([key.tonic, key.mode], [0, "major"]);
  assert.equal(musicalKey({ samples: new Float32Array(16000), sampleRate: 16000 }), null);
});

test("what follows in a studio song agrees with its prompt more than what follows in songs of other tonics", async () => {
  const songs = await bandSongs(8);
  const prompts = songs.map(({ audio }) => excerpt(audio, 0, 3));
  const clips = songs.map(({ audio }) => excerpt(audio, 3));
  const [own, next, last] = [0, 1, 2].map((shift) =>
    mean(harmonyAgreement(clips, [...prompts.slice(shift), ...prompts.slice(0, shift)]) as number[]),
  );
  assert.ok(own > 0.4 && own > mean([next, last]) + 0.3, `${own} against ${next} and ${last}`);
  const right = songs.filter(({ song, audio }) => musicalKey(audio)!.tonic === song.tonic);
  assert.ok(right.length >= 2, `${right.length} of 3 tonics`);
});

test("silence agrees with nothing; clips that cannot be heard are refused", () => {
  const silence = { samples: new Float32Array(16000), sampleRate: 16000 };
  assert.deepEqual(harmonyAgreement([silence], [chord([60])]), [null]);
  assert.throws(() => harmonyAgreement([], []), /harmony: expected at least one clip, found none/);
  assert.throws(() => harmonyAgreement([silence], []), /expected 0 clips, one a prompt, found 1/);
  assert.throws(
    () => chroma(excerpt(silence, 0, 0.5)),
    /chroma: expected at least 1 s of audio, found 0.50 s/,
  );
  assert.throws(() => musicalKey(chord([Number.NaN])), /found NaN/);
});
