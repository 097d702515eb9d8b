import assert from "node:assert/strict";
import { test } from "node:test";
import { type Audio, excerpt } from "../../lib/audio/audio";
import { sameTempo, tempo, tempoAgreement } from "../../lib/judges/tempo";
import { random } from "../../lib/math/random";
import { assertClose } from "../close";
import { bandSongs } from "./songs";

/** Short bursts of noise, as even as a metronome. */
function clicks(bpm: number, seconds = 4, sampleRate = 16000): Audio {
  const uniform = random(1);
  const samples = Float32Array.from({ length: seconds * sampleRate }, (_, i) => {
    const sinceBeat = (i / sampleRate) % (60 / bpm);
    return sinceBeat < 0.02 ? uniform() - 0.5 : 0;
  });
  return { samples, sampleRate };
}

test("a metronome's tempo is found within 1 %, at any sample rate", () => {
  for (const bpm of [70, 93.75, 120, 171]) {
    const { bpm: found, strength } = tempo(clicks(bpm))!;
    assertClose(found / bpm, 1, 0.01, `${bpm} a minute`);
    assert.ok(strength > 0.5 && strength < 1.2, `${strength}`);
  }
  assertClose(tempo(clicks(110, 4, 32000))!.bpm / 110, 1, 0.01);
});

test("the tempo of studio songs is found within 4 %, and told from that of the others", async () => {
  const songs = await bandSongs(6);
  const prompts = songs.map(({ audio }) => excerpt(audio, 0, 3));
  const clips = songs.map(({ audio }) => excerpt(audio, 3));
  for (const [i, { song }] of songs.entries()) {
    const found = tempo(prompts[i])!.bpm;
    assert.ok(sameTempo(found, song.tempo), `${song.tempo}: ${found}`);
  }
  assert.ok(tempoAgreement(clips, prompts).every(({ agrees }) => agrees));
  assert.ok(tempoAgreement(clips, [...prompts.slice(1), prompts[0]]).every(({ agrees }) => agrees === false));
});

test("a factor of two or three is the same tempo", () => {
  assert.ok(sameTempo(60, 120) && sameTempo(181, 60) && sameTempo(100, 103));
  assert.ok(!sameTempo(100, 107) && !sameTempo(90, 60));
  assert.ok(sameTempo(100, 107, 0.1));
});

test("silence has no tempo; clips that cannot be heard are refused", () => {
  const silence = { samples: new Float32Array(48000), sampleRate: 16000 };
  assert.equal(tempo(silence), null);
  assert.equal(tempoAgreement([silence], [clicks(120)])[0].agrees, null);
  assert.throws(() => tempo(clicks(120, 1)), /tempo: expected at least 2 s of audio, found 1.00 s in clip 0/);
  assert.throws(() => tempoAgreement([silence], []), /expected 0 clips, one a prompt, found 1/);
});
