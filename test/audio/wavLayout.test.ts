import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeAudio, openSoundFile } from "../../lib/audio/sound";
import { memoryFile } from "../../lib/files/file";
import { chunk, FRAMES, fmt, oddWavs, pcm16, riff, tone } from "./riff";

describe("WAV files as they are found", () => {
  for (const [what, bytes] of Object.entries(oddWavs))
    test(`${what}: all of its frames, and no other`, async () => {
      const { samples, sampleRate } = await decodeAudio(bytes, "x.wav");
      assert.equal(sampleRate, 44100);
      assert.deepEqual(samples, tone);
    });

  test("without frames is an open sound of none; to read it all is refused", async () => {
    for (const data of [chunk("data", Buffer.alloc(0)), chunk("data", Buffer.alloc(3))]) {
      const bytes = riff([fmt(), data, chunk("LIST", Buffer.from("INFO"))]);
      const sound = await openSoundFile(memoryFile("x.wav", bytes));
      assert.deepEqual([sound.frames, sound.sampleRate, sound.read(0, 0).length], [0, 44100, 0]);
      await assert.rejects(
        decodeAudio(bytes, "x.wav"),
        /^Error: x\.wav: expected sound, found .* zero length/,
      );
    }
  });

  test("that are cut are refused, whatever their size: only sizes that writers leave open mean the rest of the file", async () => {
    for (const [cut, size] of [
      [1000, pcm16.length],
      [1, pcm16.length],
      [1000, 3_000_000_000],
      [0, 0x7ffe0000],
    ]) {
      const bytes = riff([fmt(), chunk("data", pcm16, size)]);
      await assert.rejects(
        decodeAudio(bytes.subarray(0, bytes.length - cut), "x.wav"),
        new RegExp(
          `^Error: x\\.wav: expected a data chunk of ${size} bytes, found only ${pcm16.length - cut}: the file is truncated`,
        ),
      );
    }
  });

  test("in mu-law and A-law are read as telephones play them", async () => {
    const codes = Buffer.from([0xff, 0x7f, 0x80, 0x00, 0xf0, 0xaf, 0x23, 0x55, 0xd5, 0x2a]);
    const known = {
      6: [848, -848, 5504, -5504, 688, 27136, -23040, -8, 8, -32256], // as libsndfile reads them
      7: [0, 0, 32124, -32124, 120, 4092, -7164, -716, 716, -5372],
    };
    for (const code of [6, 7] as const) {
      const bytes = riff([fmt({ code, channels: 1, rate: 8000, bits: 8 }), chunk("data", codes)]);
      const { samples } = await decodeAudio(bytes, "x.wav");
      assert.deepEqual(
        [...samples].map((value) => 32768 * value + 0),
        known[code],
        `${code}`,
      );
    }
  });

  test("of an impossible rate are refused by file, rate and length", async () => {
    const bytes = riff([fmt({ rate: 1 }), chunk("data", pcm16)]);
    await assert.rejects(
      decodeAudio(bytes, "x.wav"),
      new RegExp(
        `^Error: x\\.wav: expected a sample rate from 100 to 768000 Hz, found 1 Hz: its ${FRAMES} frames would last 1000 s`,
      ),
    );
  });
});
