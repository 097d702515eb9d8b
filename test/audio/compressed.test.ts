import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { decodeCompressed } from "../../lib/audio/compressed";
import { mp3Parts } from "../../lib/audio/mp3";
import { pageChecksum } from "../../lib/audio/ogg";
import { decodeAudio } from "../../lib/audio/sound";
import { ape, chunk, fmt, id3, id3v1, lyrics, riff } from "./riff";

const read = (name: string) => Uint8Array.from(readFileSync(join(__dirname, "../fixtures/sounds", name)));
const mp3 = read("sound.mp3");
/** The MP3's frames: the first tells how long the sound is. */
const frames = mp3Parts(mp3, mp3.indexOf(0xff))[0].frames;
/** An MP3 as a stream has it: nothing tells how long it is. */
const stream = Buffer.concat(frames.slice(1));
const sounds: Record<string, { bytes: Uint8Array; length: number }> = {
  "sound.flac": { bytes: read("sound.flac"), length: 22050 },
  "sound.mp3": { bytes: mp3, length: 22050 },
  "an MP3 stream": { bytes: stream, length: 1152 * (frames.length - 1) },
  "sound.ogg": { bytes: read("sound.ogg"), length: 22050 },
  "sound.opus": { bytes: read("sound.opus"), length: 24000 },
};
const zeros = (count: number) => Buffer.alloc(count);
const junk = Buffer.from("RADIO STREAM JUNK".repeat(5));
const noise = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i * 7919) & 255));

const before: Record<string, Uint8Array[]> = {
  "an ID3 tag": [id3(500)],
  "two ID3 tags": [id3(100), id3(300)],
  "an ID3 tag and zeros": [id3(100), zeros(33)],
  "an APE tag": [ape()],
  "ID3, zeros, APE and ID3": [id3(10), zeros(5), ape(), id3(7)],
  "what another sound left: Lyrics3 and ID3v1": [lyrics, id3v1],
  zeros: [zeros(417)],
  "a mebibyte of zeros": [zeros(2 ** 20)],
  text: [junk],
  "a tag and text": [id3(20), junk],
};
const behind: Record<string, Uint8Array[]> = {
  "few zeros": [zeros(900)],
  zeros: [zeros(4096)],
  "an ID3v1 tag": [id3v1],
  "zeros and an ID3v1 tag": [zeros(3000), id3v1],
  "an APE tag and an ID3v1 tag": [ape(), id3v1],
  "Lyrics3 and an ID3v1 tag": [lyrics, id3v1],
  "an ID3 tag of version 2": [id3(500)],
  "bytes of all ones": [Buffer.alloc(3000, 0xff)],
  "bytes of all kinds": [noise],
};

for (const [name, { bytes, length }] of Object.entries(sounds)) {
  describe(`${name} is read to the sample, the same`, () => {
    const plain = decodeCompressed(bytes);
    const same = async (pieces: Uint8Array[]) => {
      const { samples } = await decodeCompressed(Buffer.concat(pieces), name);
      assert.equal(samples.length, length);
      assert.deepEqual(samples, (await plain).samples);
    };
    for (const [what, pieces] of Object.entries(before))
      test(`with ${what} before it`, () => same([...pieces, bytes]));
    for (const [what, pieces] of Object.entries(behind))
      test(`with ${what} behind it`, () => same([bytes, ...pieces]));
    test("with tags on both sides", () => same([id3(30), zeros(12), bytes, ape(), id3v1]));
    test("in a WAV file, where it is an MP3", async () => {
      if (!name.includes("mp3")) return;
      const extension = Buffer.from([12, 0, 1, 0, 2, 0, 0, 0, 161, 1, 1, 0, 113, 5]);
      const head = fmt({ code: 0x55, bits: 0, align: 1, extension });
      const { samples } = await decodeAudio(riff([head, chunk("data", bytes)]), name);
      assert.deepEqual(samples, (await plain).samples);
    });
    if (name === "an MP3 stream") return; // joined to itself it is one longer stream
    for (const [what, pieces] of Object.entries({ nothing: [], tags: [id3v1, id3(9)], zeros: [zeros(50)] }))
      test(`twice, where it is joined to itself, ${what} between`, async () => {
        const { samples } = await decodeCompressed(Buffer.concat([bytes, ...pieces, bytes]), name);
        assert.equal(samples.length, 2 * length);
        assert.deepEqual(samples.subarray(0, length), (await plain).samples);
        assert.deepEqual(samples.subarray(length), (await plain).samples);
      });
    if (name.endsWith("mp3")) return; // a frame cut short takes the bytes behind it for its own
    test("not at all, where a cut one is joined to a whole one", () =>
      assert.rejects(
        decodeCompressed(Buffer.concat([bytes.subarray(0, 0.7 * bytes.length), bytes]), name),
        new RegExp(`^Error: ${name}: expected `),
      ));
  });
}

describe("MP3 frames", () => {
  const lengthOf = async (...pieces: Uint8Array[]) =>
    (await decodeCompressed(Buffer.concat(pieces), "x")).samples.length;
  const whole = sounds["an MP3 stream"].length;
  const [first, rest] = [Buffer.concat(frames.slice(1, 9)), Buffer.concat(frames.slice(9))];

  test("are read from the first whole one on, where a stream was recorded from its middle", async () => {
    assert.equal(
      await lengthOf(frames[4].subarray(100), Buffer.concat(frames.slice(5))),
      1152 * (frames.length - 5),
    );
  });

  test("are all read, whatever tags stand between them, or a little of anything else", async () => {
    assert.equal(await lengthOf(first, id3(600), rest), whole);
    assert.equal(await lengthOf(first, id3v1, ape(3000), rest), whole);
    assert.equal(await lengthOf(first, zeros(700), rest), whole);
    assert.equal(await lengthOf(first, noise.subarray(0, 1000), rest), whole);
  });

  test("with much that is none between them are damage", () =>
    assert.rejects(
      lengthOf(first, noise, rest),
      /^Error: x: expected a whole mp3 file, found damage: 2999 bytes/,
    ));

  test("that the file's own header promises must be there", () =>
    assert.rejects(
      lengthOf(Buffer.concat(frames.slice(0, 12)), Buffer.concat(frames.slice(14)), zeros(3000)),
      /^Error: x: expected 2 more frames, found none: the file is truncated/,
    ));

  test("behind those that its header promises are read too", async () => {
    assert.equal(await lengthOf(mp3, Buffer.concat(frames.slice(1, 6))), 22050 + 5 * 1152);
  });

  test("of another rate are refused by both rates", async () => {
    const other = Buffer.concat(frames.slice(1).map((frame) => Buffer.from(frame)));
    for (let at = 0; at < other.length; ) {
      const size = Math.floor((144 * 128000) / 44100) + ((other[at + 2] >> 1) & 1);
      other[at + 2] |= 4; // 48000 Hz
      at += size;
    }
    await assert.rejects(lengthOf(stream, restOf48(other)), /found sounds of 44100 and 48000 Hz joined/);
  });
});

/** Frames at 48 kHz are shorter: each is cut to its size. */
function restOf48(frames44: Buffer): Buffer {
  const size = (144 * 128000) / 48000;
  const pieces: Buffer[] = [];
  for (
    let at = 0;
    at + 417 <= frames44.length;
    at += Math.floor((144 * 128000) / 44100) + ((frames44[at + 2] >> 1) & 1)
  ) {
    const frame = Buffer.from(frames44.subarray(at, at + size));
    frame[2] &= ~2;
    pieces.push(frame);
  }
  return Buffer.concat(pieces);
}

describe("FLAC", () => {
  const flac = sounds["sound.flac"].bytes;
  const openSize = Uint8Array.from(flac); // what a writer leaves that could not seek back
  openSize[21] &= 0xf0;
  openSize.fill(0, 22, 42);

  test("gives the very samples that a WAV of 16 bits would", async () => {
    const { samples } = await decodeCompressed(flac);
    const wanted = Array.from({ length: 50 }, (_, i) => 2 * 32768 * samples[441 * i]); // the mean of two channels
    assert.ok(wanted.every(Number.isInteger), `${wanted}`);
    assert.ok(wanted.some((value) => value !== 0));
  });

  test("that does not say how long it is, is read whole, with tags around it too", async () => {
    for (const bytes of [openSize, Buffer.concat([id3(7), openSize, id3v1])])
      assert.deepEqual((await decodeCompressed(bytes)).samples, (await decodeCompressed(flac)).samples);
  });

  test("that does not say how long it is, and is cut, is refused", async () => {
    for (const share of [0.4, 0.66, 0.95, 0.9999])
      await assert.rejects(
        decodeCompressed(openSize.subarray(0, share * flac.length), "x"),
        /^Error: x: expected a frame up to its end from byte \d+ on, found only \d+ samples: .*truncated/,
      );
  });

  test("that holds no sample is an empty sound, tags behind it or not", async () => {
    const head = Uint8Array.from(openSize.subarray(0, 42));
    head[4] = 0x80;
    for (const bytes of [head, Buffer.concat([head, id3v1])])
      assert.deepEqual(
        [(await decodeCompressed(bytes)).samples.length, (await decodeCompressed(bytes)).sampleRate],
        [0, 44100],
      );
  });

  test("with one bit changed anywhere in its frames is refused", async () => {
    for (let at = flac.length - 1; at > 8400; at -= 701) {
      const bytes = Uint8Array.from(flac);
      bytes[at] ^= 4;
      await assert.rejects(decodeCompressed(bytes, "x"), /^Error: x: expected .*, found /);
    }
  });
});

describe("Ogg", () => {
  for (const name of ["sound.ogg", "sound.opus"]) {
    const { bytes } = sounds[name];
    const pages = repaged(bytes);

    test(`${name} with one bit changed anywhere is refused`, async () => {
      for (let at = 30; at < bytes.length; at += 331) {
        const damaged = Uint8Array.from(bytes);
        damaged[at] ^= 16;
        await assert.rejects(decodeCompressed(damaged, "x"), /^Error: x: expected .*, found /);
      }
    });

    test(`${name} with a page missing is refused`, async () => {
      assert.ok(pages.length > 5);
      assert.ok((await decodeCompressed(Buffer.concat(pages))).samples.length > 16000); // no page is missing
      for (let i = 3; i < pages.length - 1; i++)
        await assert.rejects(
          decodeCompressed(Buffer.concat(pages.toSpliced(i, 1)), "x"),
          new RegExp(
            `^Error: x: expected Ogg page ${i} at byte \\d+, found page ${i + 1}: a part of the file is missing`,
          ),
        );
    });

    test(`${name} without its last page is refused`, () =>
      assert.rejects(
        decodeCompressed(Buffer.concat(pages.slice(0, -1)), "x"),
        /^Error: x: expected a last Ogg page, found none/,
      ));
  }

  test("sounds of two kinds, one after another, are read where their rates are the same, else refused by them", () =>
    assert.rejects(
      decodeCompressed(Buffer.concat([sounds["sound.ogg"].bytes, sounds["sound.opus"].bytes]), "x"),
      /^Error: x: expected one sample rate, found sounds of 44100 and 48000 Hz joined/,
    ));
});

/** An Ogg file of three pages with its last one cut into pages of four packets. */
function repaged(bytes: Uint8Array): Uint8Array[] {
  const page = Buffer.from(bytes).lastIndexOf("OggS");
  const second = Buffer.from(bytes).indexOf("OggS", 1);
  const table = bytes.subarray(page + 27, page + 27 + bytes[page + 26]);
  const total = new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(page + 6, true);
  const pages = [bytes.subarray(0, second), bytes.subarray(second, page)];
  let at = page + 27 + table.length;
  for (let from = 0, to = 0; from < table.length; from = to) {
    for (let packets = 0; packets < 4 && to < table.length; to++) if (table[to] < 255) packets++;
    const sizes = table.subarray(from, to);
    const size = sizes.reduce((sum, value) => sum + value, 0);
    const head = Buffer.from(bytes.subarray(page, page + 27));
    head[5] = to === table.length ? 4 : 0;
    head.writeBigInt64LE((total * BigInt(to)) / BigInt(table.length), 6);
    head.writeUInt32LE(pages.length, 18);
    head[26] = sizes.length;
    const made = Buffer.concat([head, sizes, bytes.subarray(at, at + size)]);
    made.writeUInt32LE(pageChecksum(made), 22);
    pages.push(made);
    at += size;
  }
  return pages;
}
