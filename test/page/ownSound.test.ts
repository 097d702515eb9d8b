import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeWav } from "../../lib/audio/wav";
import { readSound } from "../../lib/page/ownSound";

/** Frames of MPEG-2 layer 3: mono, 8 kbit/s, 22,050 Hz; 576 samples in 26 bytes. */
function mp3Of(seconds: number): Uint8Array<ArrayBuffer> {
  const frames = Math.ceil((seconds * 22050) / 576);
  const bytes = new Uint8Array(26 * frames);
  for (let at = 0; at < bytes.length; at += 26) bytes.set([0xff, 0xf3, 0x10, 0xc0], at);
  return bytes;
}

test("three hours of MP3 are refused by their length, however small the file", async () => {
  const file = new File([mp3Of(3 * 3600)], "long.mp3");
  assert.ok(file.size < 12e6);
  await assert.rejects(readSound(file, 16000), {
    message: "long.mp3 plays for 180 minutes: cut out a part of less than 20 minutes.",
  });
});

test("a file that is too large is refused by its size", async () => {
  const file = new File([new Uint8Array(61e6)], "long.wav");
  await assert.rejects(readSound(file, 16000), {
    message: "long.wav is too large (61 MB): cut out a part of less than 60 MB.",
  });
});

test("words named as sound, and silence, are refused in one sentence", async () => {
  await assert.rejects(
    readSound(new File(["these are words"], "words.wav"), 16000),
    /^Error: words\.wav could not be read: expected WAV, .*\.$/,
  );
  const silent = encodeWav({ samples: new Float32Array(8000), sampleRate: 8000 });
  await assert.rejects(readSound(new File([silent as Uint8Array<ArrayBuffer>], "silent.wav"), 16000), {
    message: "silent.wav holds nothing but silence: try another one.",
  });
});

test("the first three seconds that sound are taken, and made about as loud as the model knows", async () => {
  const samples = new Float32Array(8 * 8000);
  for (let i = 8000; i < samples.length; i++) samples[i] = 0.1 * Math.sin(i / 3);
  const wav = encodeWav({ samples, sampleRate: 8000 });
  const sound = await readSound(new File([wav as Uint8Array<ArrayBuffer>], "mine.wav"), 16000);
  assert.equal(sound.samples.length, 3 * 16000);
  const loudest = sound.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  assert.ok(loudest > 0.6 && loudest < 0.85, `${loudest}`);
});
