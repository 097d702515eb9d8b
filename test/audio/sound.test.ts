import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { decodeCompressed } from "../../lib/audio/compressed";
import { resample } from "../../lib/audio/resample";
import { openSound, readAudio, readExcerpt } from "../../lib/audio/sound";
import { encodeWav, openWav, readWav, writeWav } from "../../lib/audio/wav";

const sounds = join(__dirname, "../fixtures/sounds");
const folder = mkdtempSync(join(tmpdir(), "smitin-sound-"));
after(() => rmSync(folder, { recursive: true }));

/** What the fixtures hold, as mono: the mean of two sines. */
const expected = Float32Array.from({ length: 22050 }, (_, i) => {
  const t = i / 44100;
  return 0.25 * Math.sin(2 * Math.PI * 440 * t) + 0.125 * Math.sin(2 * Math.PI * 660 * t);
});

for (const [name, noise] of [
  ["sound.flac", -80],
  ["sound.mp3", -20],
  ["sound.ogg", -20],
] as const) {
  test(`${name} is read at its own rate, to the sample, ${-noise} dB above the coder's noise`, async () => {
    const { samples, sampleRate } = await readAudio(join(sounds, name));
    assert.deepEqual([sampleRate, samples.length], [44100, 22050]);
    assert.ok(noiseOf(samples) < noise, `${noiseOf(samples)} dB`);
  });

  test(`${name} cut anywhere is refused as truncated`, async () => {
    const whole = readFileSync(join(sounds, name));
    for (const share of [0.3, 0.6, 0.9, 0.995]) {
      const cut = whole.subarray(0, Math.floor(share * whole.length));
      await assert.rejects(
        decodeCompressed(cut, "cut"),
        (error: Error) => /^cut: expected .*, found .*: the file is truncated$/.test(error.message),
        `${share}`,
      );
    }
  });
}

test("the content tells the format, whatever the name; tags before and after an MP3 are no sound", async () => {
  const mp3 = readFileSync(join(sounds, "sound.mp3"));
  const tag = Buffer.concat([Buffer.from("ID3\x04\0\0\0\0\0\x05"), Buffer.alloc(5)]);
  const start = mp3.indexOf(Buffer.from([0xff, 0xfb])); // past the encoder's own tag
  const path = join(folder, "music.wav");
  writeFileSync(path, Buffer.concat([tag, mp3.subarray(start), Buffer.from("TAG"), Buffer.alloc(125)]));
  assert.equal((await readAudio(path)).samples.length, 22050);
});

test("other formats, and what is no sound, are refused by name", async () => {
  const refuses = (path: string, message: RegExp) =>
    assert.rejects(readAudio(path), (error: Error) => {
      assert.ok(error.message.startsWith(path));
      return message.test(error.message);
    });
  await refuses(join(sounds, "sound.m4a"), /found MP4 \(m4a\): convert it/);
  await refuses(join(sounds, "sound.aac"), /found AAC: convert it/);
  await refuses(join(sounds, "sound.opus"), /found Opus: convert it/);
  const path = join(folder, "text.mp3");
  writeFileSync(path, "no sound at all");
  await refuses(path, /expected WAV, FLAC, MP3 or Ogg Vorbis, found a file starting with "no sound at /);
  writeFileSync(path, "");
  await refuses(path, /found an empty file/);
  await assert.rejects(readAudio(join(folder, "none.flac")), /none\.flac/);
});

test("damage inside a FLAC does not pass unnoticed", async () => {
  const bytes = Uint8Array.from(readFileSync(join(sounds, "sound.flac")));
  bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 400);
  await assert.rejects(decodeCompressed(bytes, "x.flac"), /^Error: x\.flac: expected /);
});

test("an open WAV gives any part of itself, and reads no more", () => {
  const path = join(folder, "long.wav");
  const bytes = encodeWav({ samples: expected, sampleRate: 44100 }, "float32");
  writeFileSync(path, bytes);
  const file = openWav(path);
  assert.deepEqual([file.sampleRate, file.channels, file.frames], [44100, 1, 22050]);
  assert.deepEqual(file.read(777, 1777), expected.slice(777, 1777));
  assert.equal(file.read(5, 5).length, 0);
  assert.throws(() => file.read(22000, 22051), /long\.wav: expected frames within 0 \.\.\. 22050/);
  file.close();
  new DataView(bytes.buffer).setFloat32(58 + 4 * 100, Number.NaN, true);
  writeFileSync(path, bytes);
  const damaged = openWav(path);
  assert.deepEqual(damaged.read(101, 201), expected.slice(101, 201)); // the damage is elsewhere
  assert.throws(() => damaged.read(0, 200), /long\.wav: expected finite samples, found NaN at frame 100/);
  damaged.close();
  writeFileSync(path, bytes.subarray(0, 5000));
  assert.throws(() => openWav(path), /long\.wav: expected a data chunk .*truncated/);
  assert.throws(() => readWav(path), /truncated/);
});

test("an excerpt at another rate is bit for bit that part of the whole file resampled, silent beyond its ends", async () => {
  const path = join(folder, "excerpt.wav");
  writeWav(path, { samples: expected, sampleRate: 44100 }, "float32");
  const sound = await openSound(path);
  for (const rate of [16000, 32000, 44100, 48000]) {
    const whole = resample({ samples: expected, sampleRate: 44100 }, rate).samples;
    for (const [from, count] of [
      [0, 100],
      [1234, 2000],
      [whole.length - 50, 50],
    ]) {
      assert.deepEqual(readExcerpt(sound, rate, from, count), whole.slice(from, from + count), `${rate}`);
    }
    const over = readExcerpt(sound, rate, whole.length + rate, 100);
    assert.ok(over.every((sample) => sample === 0));
    assert.equal(readExcerpt(sound, rate, -2 * rate, 100).length, 100);
  }
  sound.close();
});

/** Level of the difference from the fixtures' sound, relative to it, in dB. */
function noiseOf(samples: Float32Array): number {
  const energy = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  return 10 * Math.log10(energy(samples.map((value, i) => value - expected[i])) / energy(expected));
}
