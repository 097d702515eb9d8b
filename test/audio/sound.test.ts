import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { decodeCompressed } from "../../lib/audio/compressed";
import { resample } from "../../lib/audio/resample";
import { decodeAudio, readExcerpt } from "../../lib/audio/sound";
import { encodeWav, openWav } from "../../lib/audio/wav";
import { diskFile } from "../../lib/disk/folder";
import { openSound, readAudio, readWav, writeWav } from "../../lib/disk/soundFile";
import { id3 } from "./riff";

const sounds = join(__dirname, "../fixtures/sounds");
const folder = mkdtempSync(join(tmpdir(), "smitin-sound-"));
after(() => rmSync(folder, { recursive: true }));

/** What the fixtures hold, as mono, half a second: the mean of two sines. */
const atRate = (rate: number) =>
  Float32Array.from({ length: rate / 2 }, (_, i) => {
    const t = i / rate;
    return 0.25 * Math.sin(2 * Math.PI * 440 * t) + 0.125 * Math.sin(2 * Math.PI * 660 * t);
  });
const expected = atRate(44100);

for (const [name, noise, rate] of [
  ["sound.flac", -80, 44100],
  ["sound.mp3", -20, 44100],
  ["sound.ogg", -20, 44100],
  ["sound.opus", -20, 48000],
] as const) {
  test(`${name} is read at its own rate, to the sample, ${-noise} dB above the coder's noise`, async () => {
    const { samples, sampleRate } = await readAudio(join(sounds, name));
    assert.deepEqual([sampleRate, samples.length], [rate, rate / 2]);
    assert.ok(noiseOf(samples, rate) < noise, `${noiseOf(samples, rate)} dB`);
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

/** An AIFF file, or with a compression AIFF-C, of samples whose bytes are given; its chunks in the order of the letters. */
function aiff(
  { channels = 1, bits = 16, rate = 44100, compression = "", order = "CS" },
  samples: Uint8Array,
): Buffer {
  const chunk = (id: string, ...content: Uint8Array[]) => {
    const data = Buffer.concat(content);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    return Buffer.concat([Buffer.from(id), size, data, Buffer.alloc(data.length % 2)]);
  };
  const common = Buffer.alloc(18);
  common.writeUInt16BE(channels);
  common.writeUInt32BE(samples.length / ((channels * bits) / 8), 2);
  common.writeUInt16BE(bits, 6);
  const exponent = Math.floor(Math.log2(rate));
  common.writeUInt16BE(16383 + exponent, 8);
  common.writeBigUInt64BE(BigInt(rate * 2 ** (63 - exponent)), 10);
  const name = compression ? [Buffer.from(`${compression}\x03odd`)] : [];
  const chunks: Record<string, Buffer> = {
    C: chunk("COMM", common, ...name),
    S: chunk("SSND", Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 9, 9, 9, 9]), samples), // 4 bytes before the samples
    T: chunk("NAME", Buffer.from("odd")),
  };
  const body = Buffer.concat([
    Buffer.from(compression ? "AIFC" : "AIFF"),
    ...[...order].map((c) => chunks[c]),
  ]);
  return chunk("FORM", body);
}

test("AIFF and AIFF-C: every kind of sample, chunks in any order; parts are read alone", async () => {
  const path = join(folder, "sound.aif");
  const opened = async (...file: Parameters<typeof aiff>) => {
    writeFileSync(path, aiff(...file));
    return readAudio(path);
  };
  const wanted = [0.5, -0.25, -1, 0.75];
  const write = (bytes: number, put: (at: number, value: number, to: Buffer) => void) => {
    const data = Buffer.alloc(wanted.length * bytes);
    for (const [i, value] of wanted.entries()) put(i * bytes, value, data);
    return data;
  };
  const of16 = write(2, (at, value, to) => void to.writeInt16BE(32768 * value, at));
  for (const [about, data] of [
    [{ bits: 8 }, write(1, (at, value, to) => void to.writeInt8(128 * value, at))],
    [
      { bits: 8, compression: "raw " },
      write(1, (at, value, to) => void to.writeUInt8(128 + 128 * value, at)),
    ],
    [{ bits: 16 }, of16],
    [{ order: "TSC", rate: 22050 }, of16],
    [{ compression: "twos", rate: 8000 }, of16],
    [{ compression: "sowt", rate: 96000 }, Buffer.from(of16).swap16()],
    [{ bits: 24 }, write(3, (at, value, to) => void to.writeIntBE(8388608 * value, at, 3))],
    [
      { bits: 32, compression: "NONE" },
      write(4, (at, value, to) => void to.writeInt32BE(2 ** 31 * value, at)),
    ],
    [{ bits: 32, compression: "fl32" }, write(4, (at, value, to) => void to.writeFloatBE(value, at))],
    [{ bits: 64, compression: "FL64" }, write(8, (at, value, to) => void to.writeDoubleBE(value, at))],
  ] as const) {
    const { samples, sampleRate } = await opened(about, data);
    assert.deepEqual([[...samples], sampleRate], [wanted, "rate" in about ? about.rate : 44100]);
  }
  assert.deepEqual([...(await opened({ channels: 2 }, of16)).samples], [0.125, -0.125]);
  writeFileSync(path, aiff({}, of16));
  const sound = await openSound(path);
  assert.deepEqual([sound.frames, [...sound.read(1, 3)]], [4, [-0.25, -1]]);
});

test("an AIFF whose writer could not seek back holds the frames that are there", async () => {
  const samples = Buffer.alloc(400, 7);
  const whole = aiff({ channels: 2 }, samples);
  const ssnd = whole.indexOf("SSND") + 4;
  const expected = await decodeAudio(whole);
  assert.equal(expected.samples.length, 100);
  for (const size of [0x7f000008, 0x7f000000, 0xffffffff, 0])
    for (const isWholly of [true, false]) {
      const open = Buffer.from(whole);
      if (isWholly) open.writeUInt32BE(size, 4);
      open.writeUInt32BE(size, ssnd);
      assert.deepEqual(await decodeAudio(open), expected);
      assert.deepEqual(await decodeAudio(Buffer.concat([id3(20), open, Buffer.alloc(3)])), expected);
    }
  assert.deepEqual(
    await decodeAudio(aiff({ channels: 2 }, Buffer.concat([samples, Buffer.alloc(3)]))),
    expected,
  );
});

test("AIFF-C in mu-law and A-law, and AIFF of odd depths, are read as libsndfile reads them", async () => {
  const codes = Buffer.from([0xff, 0x7f, 0x80, 0x00, 0xf0, 0xaf]);
  for (const [compression, wanted] of [
    ["ulaw", [0, 0, 32124, -32124, 120, 4092]],
    ["alaw", [848, -848, 5504, -5504, 688, 27136]],
  ] as const) {
    const { samples } = await decodeAudio(aiff({ bits: 8, compression }, codes));
    assert.deepEqual(
      [...samples].map((value) => 32768 * value + 0),
      wanted,
    );
  }
  const twelve = aiff({ bits: 16 }, Buffer.from([0x40, 0, 0xc0, 0]));
  twelve[twelve.indexOf("COMM") + 15] = 12; // twelve bits stand on the left of sixteen
  assert.deepEqual([...(await decodeAudio(twelve)).samples], [0.5, -0.5]);
});

test("an AIFF that is cut, compressed or of another kind is refused by name", async () => {
  const path = join(folder, "bad.aiff");
  const refuses = async (bytes: Uint8Array, message: RegExp) => {
    writeFileSync(path, bytes);
    await assert.rejects(readAudio(path), (error: Error) => {
      assert.match(error.message, message);
      return error.message.startsWith(path);
    });
  };
  const whole = aiff({}, Buffer.alloc(100));
  await refuses(
    whole.subarray(0, whole.length - 10),
    /expected a data chunk of 100 bytes, found only 90: .*truncated/,
  );
  await refuses(whole.subarray(0, 40), /expected an SSND chunk, found none/);
  await refuses(whole.subarray(0, 30), /expected a whole COMM chunk/);
  await refuses(aiff({ order: "S" }, Buffer.alloc(8)), /expected a COMM chunk, found none/);
  await refuses(aiff({ compression: "ima4" }, Buffer.alloc(8)), /found compression "ima4" of 16 bits/);
  await refuses(aiff({ rate: 64 }, Buffer.alloc(8)), /from 100 to 768000 Hz, found 64 Hz: its 4 frames/);
  await refuses(aiff({}, Buffer.alloc(0)), /zero length/);
  await refuses(
    Buffer.from("FORM\0\0\0\x048SVX"),
    /expected WAV, AIFF, .*, found a FORM file that is neither AIFF nor AIFF-C/,
  );
});

test("what can't be read is refused by what it is", async () => {
  for (const [start, what] of [
    ["caff\0\x01", /found CAF: convert it/],
    [".snd\0\0\0\x18", /found AU: convert it/],
    ["riff\x2e\x91\xcf\x11\xa5", /found Wave64: convert it/],
    ["wvpk", /found WavPack: convert it/],
    ["\x30\x26\xb2\x75\x8e\x66\xcf\x11", /found Windows Media \(wma\): convert it/],
    ["\x1a\x45\xdf\xa3", /found Matroska or WebM: convert it/],
    [`OggS\0\x02${"\0".repeat(20)}\x01\x13\x7fFLAC`, /found FLAC in Ogg: convert it/],
    [`OggS\0\x02${"\0".repeat(20)}\x01\x13\x80theora`, /found Ogg with video: convert it/],
    ["RIFF\0\0\0\0AVI ", /found a RIFF file that is no WAVE/],
    ["PK\x03\x04", /found a ZIP archive/],
    ["MThd\0\0\0\x06", /found MIDI: notes, not sound/],
    ["<!DOCTYPE html>", /found a page of HTML/],
    [
      "version https://git-lfs.github.com/spec/v1\noid sha256:0",
      /found a Git LFS pointer instead of the file: run git lfs pull/,
    ],
  ] as const)
    for (const bytes of [Buffer.from(start, "latin1"), Buffer.concat([id3(9), Buffer.from(start, "latin1")])])
      await assert.rejects(decodeAudio(bytes, "x"), what);
  await assert.rejects(
    decodeAudio(Buffer.concat([id3(9), Buffer.alloc(9)]), "x"),
    /found nothing but tags and zeros/,
  );
});

test("other formats, and what is no sound, are refused by name", async () => {
  const refuses = (path: string, message: RegExp) =>
    assert.rejects(readAudio(path), (error: Error) => {
      assert.ok(error.message.startsWith(path));
      return message.test(error.message);
    });
  await refuses(join(sounds, "sound.m4a"), /found MP4 \(m4a\): convert it/);
  await refuses(join(sounds, "sound.aac"), /found AAC: convert it/);
  const path = join(folder, "text.mp3");
  writeFileSync(path, "no sound at all");
  await refuses(
    path,
    /expected WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus, found a file starting with "no sound at /,
  );
  writeFileSync(path, "");
  await refuses(path, /found an empty file/);
  await assert.rejects(readAudio(join(folder, "none.flac")), /none\.flac/);
});

for (const name of ["sound.flac", "sound.opus"]) {
  test(`damage inside ${name} does not pass unnoticed, and the next file is read`, async () => {
    const whole = Uint8Array.from(readFileSync(join(sounds, name)));
    const bytes = Uint8Array.from(whole);
    bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 400);
    await assert.rejects(decodeCompressed(bytes, name), (error: Error) =>
      error.message.startsWith(`${name}: expected `),
    );
    assert.ok((await decodeCompressed(whole, name)).samples.length > 22000);
  });
}

test("an open WAV gives any part of itself, and reads no more", () => {
  const path = join(folder, "long.wav");
  const bytes = encodeWav({ samples: expected, sampleRate: 44100 }, "float32");
  writeFileSync(path, bytes);
  const file = openWav(diskFile(path));
  assert.deepEqual([file.sampleRate, file.channels, file.frames], [44100, 1, 22050]);
  assert.deepEqual(file.read(777, 1777), expected.slice(777, 1777));
  assert.equal(file.read(5, 5).length, 0);
  assert.throws(() => file.read(22000, 22051), /long\.wav: expected frames within 0 \.\.\. 22050/);
  new DataView(bytes.buffer).setFloat32(58 + 4 * 100, Number.NaN, true);
  writeFileSync(path, bytes);
  const damaged = openWav(diskFile(path));
  assert.deepEqual(damaged.read(101, 201), expected.slice(101, 201)); // the damage is elsewhere
  assert.throws(() => damaged.read(0, 200), /long\.wav: expected finite samples, found NaN at frame 100/);
  writeFileSync(path, bytes.subarray(0, 5000));
  assert.throws(() => openWav(diskFile(path)), /long\.wav: expected a data chunk .*truncated/);
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
});

/** Level of the difference from the fixtures' sound, relative to it, in dB. */
function noiseOf(samples: Float32Array, rate: number): number {
  const sound = atRate(rate);
  const energy = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  return 10 * Math.log10(energy(samples.map((value, i) => value - sound[i])) / energy(sound));
}
