/** WAV files of 1,000 stereo frames of 16 bits at 44.1 kHz, a tone of 440 Hz left and silence right, as odd as they are found. */

export const FRAMES = 1000;
const RATE = 44100;

/** What the files hold, as mono. */
export const tone = Float32Array.from({ length: FRAMES }, (_, i) => left(i) / 65536);

export const pcm16 = samplesOf(2, (bytes, at, value) => bytes.writeInt16LE(value, at));

/** The samples by a writer of one; silence right. */
export function samplesOf(size: number, write: (bytes: Buffer, at: number, value: number) => void): Buffer {
  const bytes = Buffer.alloc(2 * size * FRAMES);
  for (let i = 0; i < FRAMES; i++) write(bytes, 2 * size * i, left(i));
  return bytes;
}

/** A sample of the left channel, 16 bits. */
function left(i: number): number {
  return Math.trunc(0.5 * 32767 * Math.sin((2 * Math.PI * 440 * i) / RATE));
}

/** A fmt chunk. */
export function fmt({
  code = 1,
  channels = 2,
  rate = RATE,
  bits = 16,
  align = Math.ceil((channels * bits) / 8),
  extension = Buffer.alloc(0) as Uint8Array,
} = {}): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt16LE(code);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(rate, 4);
  body.writeUInt32LE((rate * align) >>> 0, 8);
  body.writeUInt16LE(align, 12);
  body.writeUInt16LE(bits, 14);
  return chunk("fmt ", Buffer.concat([body, extension]));
}

/** A chunk; its size may be stated wrongly, its padding left out. */
export function chunk(id: string, body: Uint8Array, size = body.length, isPadded = true): Buffer {
  const head = Buffer.alloc(8, id);
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, body, Buffer.alloc(isPadded ? body.length % 2 : 0)]);
}

/** A file of chunks. */
export function riff(
  parts: Uint8Array[],
  { id = "RIFF", size }: { id?: string; size?: number } = {},
): Buffer {
  const body = Buffer.concat([Buffer.from("WAVE"), ...parts]);
  return chunk(id, body, size ?? body.length, false);
}

/** A chunk that says how large the samples of an RF64 file are. */
export function ds64(dataBytes: number): Buffer {
  const body = Buffer.alloc(28);
  body.writeBigUInt64LE(BigInt(dataBytes + 72), 0);
  body.writeBigUInt64LE(BigInt(dataBytes), 8);
  body.writeBigUInt64LE(BigInt(FRAMES), 16);
  return chunk("ds64", body);
}

/** The tail of an EXTENSIBLE fmt chunk. */
export function extensible(bits: number, subFormat: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(22);
  head.writeUInt16LE(bits, 2);
  return Buffer.concat([head, Buffer.from(subFormat, "hex")]);
}

/** An ID3v2 tag of so many bytes beside its header. */
export function id3(size: number): Buffer {
  const sevens = [21, 14, 7, 0].map((shift) => (size >> shift) & 127);
  return Buffer.concat([Buffer.from("ID3\x03\0\0"), Buffer.from(sevens), Buffer.alloc(size)]);
}

/** An ID3v1 tag, as it stands behind a sound. */
export const id3v1 = Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125, " ")]);

/** An APE tag with header and footer. */
export function ape(size = 2000): Buffer {
  const edge = (flags: number) => {
    const bytes = Buffer.alloc(32, "APETAGEX");
    bytes.fill(0, 8);
    for (const [i, value] of [size, size, 1, flags].entries()) bytes.writeUInt32LE(value, 8 + 4 * i);
    return bytes;
  };
  return Buffer.concat([edge(0xa0000000), Buffer.alloc(size - 32, "q"), edge(0x80000000)]);
}

/** A Lyrics3 tag, as it stands before an ID3v1 tag. */
export const lyrics = Buffer.from(`LYRICSBEGIN${"la la la ".repeat(300)}LYRICS200`);

const open = (size: number, riffSize = size, before: Buffer[] = []) =>
  riff([fmt(), ...before, chunk("data", pcm16, size)], { size: riffSize });
const data = chunk("data", pcm16);
const list = Buffer.from("INFOINAM\x03\0\0\0ab\0");

/** Files that other programs wrote so; all hold `tone`. */
export const oddWavs: Record<string, Buffer> = {
  plain: riff([fmt(), data]),
  "sizes of zero": open(0),
  "a data size of zero alone": open(0, 36),
  "sizes as SoX pipes them": open(0x7ffff000, 0x7ffff024),
  "sizes as GStreamer pipes them": open(0x7fffffff),
  "sizes as arecord pipes them": open(0x80000000, 0x80000024),
  "sizes as ffmpeg pipes them": open(0xffffffff, 0xffffffff, [chunk("LIST", list)]),
  "a size of 2^32 - 2": open(0xfffffffe, 0xffffffff),
  "a size of 2^32 - 1 without the header": open(0xffffffff - 36, 0xffffffff),
  RF64: riff([ds64(pcm16.length), fmt(), chunk("data", pcm16, 0xffffffff)], { id: "RF64", size: 0xffffffff }),
  "RF64 that states no size": riff([ds64(0), fmt(), chunk("data", pcm16, 0xffffffff)], {
    id: "RF64",
    size: 0xffffffff,
  }),
  "RF64 with text behind the data": riff(
    [
      ds64(pcm16.length),
      fmt(),
      chunk("data", pcm16, 0xffffffff),
      chunk("LIST", Buffer.alloc(204, "INFO\x11")),
    ],
    { id: "RF64", size: 0xffffffff },
  ),
  BW64: riff(
    [ds64(pcm16.length), fmt(), chunk("axml", Buffer.from("<a/>")), chunk("data", pcm16, 0xffffffff)],
    { id: "BW64", size: 0xffffffff },
  ),
  "frames of 32 bytes, meant as bits": riff([fmt({ align: 32 }), data]),
  "frames of 0 bytes": riff([fmt({ align: 0 }), data]),
  "a byte that is no frame at the end": riff([fmt(), chunk("data", Buffer.concat([pcm16, Buffer.alloc(1)]))]),
  "half a frame at the end": riff([fmt(), chunk("data", Buffer.concat([pcm16, Buffer.alloc(2)]))]),
  "a chunk of odd size": riff([fmt(), chunk("LIST", list), chunk("bext", Buffer.alloc(603, "x")), data]),
  "a chunk of odd size without its padding": riff([fmt(), chunk("LIST", list, undefined, false), data]),
  "an empty data chunk first": riff([fmt(), chunk("data", Buffer.alloc(0)), data]),
  "an ID3 tag first": Buffer.concat([id3(10), riff([fmt(), data])]),
  "zeros first": Buffer.concat([Buffer.alloc(100), riff([fmt(), data])]),
  "text first": Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), riff([fmt(), data])]),
  "20 bits in 24": riff([
    fmt({ bits: 20, align: 6 }),
    chunk(
      "data",
      samplesOf(3, (bytes, at, value) => bytes.writeInt16LE(value, at + 1)),
    ),
  ]),
  "24 bits in 32, EXTENSIBLE": riff([
    fmt({ code: 0xfffe, bits: 32, extension: extensible(24, "0100000000001000800000aa00389b71") }),
    chunk(
      "data",
      samplesOf(4, (bytes, at, value) => bytes.writeInt16LE(value, at + 2)),
    ),
  ]),
  "Ambisonic B-format": riff([
    fmt({ code: 0xfffe, extension: extensible(16, "010000002107d3118644c8c1ca000000") }),
    data,
  ]),
  "big-endian RIFX": rifx(),
};

function rifx(): Buffer {
  const bytes = riff([fmt(), chunk("data", Buffer.from(pcm16).swap16())], { id: "RIFX" });
  for (const at of [4, 16, 24, 28, 40]) bytes.subarray(at, at + 4).swap32();
  for (const at of [20, 22, 32, 34]) bytes.subarray(at, at + 2).swap16();
  return bytes;
}
