import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeWav, encodeWav } from "../../lib/audio/wav";

/** Left and right of a stereo clip; every value is exact in 8 bits. */
const left = [0, 0.5, -0.5, 0.25, -1];
const right = [0.25, -0.25, 0.5, 0.75, -1];
const mean = left.map((value, i) => (value + right[i]) / 2);

interface Layout {
  code: number;
  bits: number;
  channels?: number[][];
  rate?: number;
  extensible?: boolean;
  before?: Buffer;
  after?: Buffer;
  dataSize?: number;
  riff?: string;
}

/** A WAV file written by hand, chunk by chunk. */
function wav({ code, bits, channels = [left, right], rate = 44100, ...rest }: Layout): Buffer {
  const frameBytes = (channels.length * bits) / 8;
  const fmt = Buffer.alloc(rest.extensible ? 40 : 16);
  fmt.writeUInt16LE(rest.extensible ? 0xfffe : code, 0);
  fmt.writeUInt16LE(channels.length, 2);
  fmt.writeUInt32LE(rate, 4);
  fmt.writeUInt32LE(rate * frameBytes, 8);
  fmt.writeUInt16LE(frameBytes, 12);
  fmt.writeUInt16LE(bits, 14);
  if (rest.extensible) {
    fmt.writeUInt16LE(22, 16);
    fmt.writeUInt16LE(bits, 18);
    fmt.writeUInt16LE(code, 24);
    Buffer.from("000000001000800000aa00389b71", "hex").copy(fmt, 26);
  }
  const data = Buffer.alloc(channels.length === 0 ? 0 : channels[0].length * frameBytes);
  for (let i = 0, at = 0; i < (channels[0]?.length ?? 0); i++)
    for (const channel of channels) at = writeSample(data, at, channel[i], code, bits);
  const chunks = [rest.before ?? Buffer.alloc(0), chunk("fmt ", fmt), chunk("data", data, rest.dataSize)];
  const body = Buffer.concat([Buffer.from("WAVE"), ...chunks, rest.after ?? Buffer.alloc(0)]);
  const head = Buffer.from(`${rest.riff ?? "RIFF"}....`);
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

function chunk(id: string, body: Buffer, size = body.length): Buffer {
  const head = Buffer.from(`${id}....`);
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function writeSample(data: Buffer, at: number, value: number, code: number, bits: number): number {
  if (code === 3) return bits === 32 ? data.writeFloatLE(value, at) : data.writeDoubleLE(value, at);
  if (bits === 8) return data.writeUInt8(value * 128 + 128, at);
  return data.writeIntLE(value * 2 ** (bits - 1), at, bits / 8);
}

describe("decodeWav", () => {
  const encodings = [
    ["PCM", 1, [8, 16, 24, 32]],
    ["float", 3, [32, 64]],
  ] as const;
  for (const [kind, code, depths] of encodings)
    for (const bits of depths)
      for (const extensible of [false, true])
        test(`reads ${kind} of ${bits} bits${extensible ? ", EXTENSIBLE" : ""}, stereo, as the mean of the channels`, () => {
          const audio = decodeWav(wav({ code, bits, extensible }));
          assert.equal(audio.sampleRate, 44100);
          assert.deepEqual([...audio.samples], mean);
        });

  test("reads mono and six channels", () => {
    assert.deepEqual([...decodeWav(wav({ code: 1, bits: 24, channels: [left] })).samples], left);
    const six = [left, right, left, right, left, right];
    assert.deepEqual([...decodeWav(wav({ code: 1, bits: 16, channels: six })).samples], mean);
  });

  test("skips other chunks, odd ones with their padding, and what follows the data", () => {
    const odd = chunk("LIST", Buffer.from("odd"));
    const bytes = wav({
      code: 1,
      bits: 8,
      channels: [left],
      before: odd,
      after: Buffer.from("LIST\xff\xff\xff"),
    });
    assert.deepEqual([...decodeWav(bytes).samples], left);
  });

  test("takes data of unknown size, as streams have it, to the end of the file", () => {
    assert.deepEqual([...decodeWav(wav({ code: 1, bits: 16, dataSize: 0xffffffff })).samples], mean);
  });

  test("reads bytes that start anywhere in their buffer", () => {
    const bytes = wav({ code: 3, bits: 32 });
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    assert.deepEqual([...decodeWav(shifted.subarray(1)).samples], mean);
  });

  const one = [[0.5]];
  const bad: [string, Uint8Array, RegExp][] = [
    ["an empty file", new Uint8Array(), /^x\.wav: expected a WAV file, found an empty file$/],
    [
      "text",
      Buffer.from("not a sound at all"),
      /expected a RIFF\/WAVE file, found one starting with "not a sound /,
    ],
    ["a RIFF file that is no WAVE", riffOf(Buffer.alloc(8), "AVI "), /expected a RIFF\/WAVE file, .*AVI /],
    [
      "a header only",
      wav({ code: 1, bits: 16 }).subarray(0, 12),
      /expected a data chunk, found none in 12 bytes/,
    ],
    ["a cut fmt chunk", wav({ code: 1, bits: 16 }).subarray(0, 30), /fmt chunk of 16 bytes, found only 10/],
    ["a small fmt chunk", riffOf(chunk("fmt ", Buffer.alloc(8))), /fmt chunk of at least 16 bytes, found 8/],
    [
      "data without fmt",
      riffOf(chunk("data", Buffer.alloc(8))),
      /expected a fmt chunk before the data chunk/,
    ],
    [
      "cut data",
      wav({ code: 1, bits: 16 }).subarray(0, -7),
      /data chunk of 20 bytes, found only 13.*truncated/,
    ],
    ["zero length", wav({ code: 1, bits: 16, channels: [[], []] }), /expected sound, found .* zero length/],
    ["less than a frame", wav({ code: 1, bits: 16, dataSize: 3 }), /expected sound, found .* zero length/],
    [
      "NaN",
      wav({ code: 3, bits: 32, channels: [[0, Number.NaN]] }),
      /finite samples, found NaN at frame 1 of 2/,
    ],
    [
      "infinity",
      wav({ code: 3, bits: 64, channels: [[Infinity]] }),
      /finite samples, found Infinity at frame 0/,
    ],
    ["ADPCM", wav({ code: 2, bits: 8, channels: one }), /expected PCM of up to 32 .*, found ADPCM of 8 bits/],
    [
      "a rate of one Hz",
      wav({ code: 1, bits: 16, rate: 1 }),
      /from 100 to 768000 Hz, found 1 Hz: its 5 frames would last 5 s/,
    ],
    ["PCM of 48 bits", wav({ code: 1, bits: 48, channels: one }), /found PCM of 48 bits/],
    ["an unknown format", wav({ code: 4242, bits: 16, channels: one }), /found format code 4242 of 16 bits/],
    ["no channels", wav({ code: 1, bits: 16, channels: [] }), /at least one channel, found 0/],
    ["a rate of zero", wav({ code: 1, bits: 16, rate: 0 }), /sample rate above 0 Hz, found 0/],
    ["24 bits in 32", in32Bits(), /frames of 6 bytes for 2 channels of 24 bits, found 8/],
    ["an unknown sub-format", foreignSubFormat(), /expected PCM or float in the EXTENSIBLE format, found/],
  ];
  for (const [what, bytes, message] of bad)
    test(`refuses ${what}, naming the file`, () => {
      assert.throws(
        () => decodeWav(bytes, "x.wav"),
        (error: Error) => error.message.startsWith("x.wav: ") && message.test(error.message),
      );
    });
});

describe("encodeWav", () => {
  const samples = Float32Array.from({ length: 1001 }, (_, i) => 0.9 * Math.sin(i / 7));

  test("round-trips floats exactly and 16 bits to half a step", () => {
    const audio = { samples, sampleRate: 32000 };
    assert.deepEqual(decodeWav(encodeWav(audio, "float32")), audio);
    const pcm = decodeWav(encodeWav(audio));
    assert.ok(pcm.samples.every((value, i) => Math.abs(value - samples[i]) <= 0.5 / 32768));
    assert.deepEqual(decodeWav(encodeWav(pcm)), pcm);
  });

  test("clips what 16 bits cannot hold", () => {
    const loud = { samples: Float32Array.of(2, -2, 1), sampleRate: 8000 };
    assert.deepEqual([...decodeWav(encodeWav(loud)).samples], [32767 / 32768, -1, 32767 / 32768]);
  });

  test("refuses what is no sound", () => {
    assert.throws(() => encodeWav({ samples: new Float32Array(), sampleRate: 1 }), /without samples/);
    assert.throws(
      () => encodeWav({ samples: Float32Array.of(0, Number.NaN), sampleRate: 1 }),
      /found NaN at 1/,
    );
    assert.throws(() => encodeWav({ samples: Float32Array.of(0), sampleRate: 0.5 }), /rate, found 0.5/);
  });
});

function riffOf(body: Buffer, kind = "WAVE"): Buffer {
  return Buffer.concat([Buffer.from(`RIFF\0\0\0\0${kind}`), body]);
}

function in32Bits(): Buffer {
  const bytes = wav({ code: 1, bits: 24 });
  bytes.writeUInt16LE(8, 32);
  return bytes;
}

function foreignSubFormat(): Buffer {
  const bytes = wav({ code: 1, bits: 16, extensible: true });
  bytes[50] ^= 0xff;
  return bytes;
}
