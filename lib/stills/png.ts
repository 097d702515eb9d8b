import { crc32, deflateSync } from "node:zlib";

/**
 * A PNG of 8-bit RGBA pixels, row by row from the top: [height, width, 4].
 * Source: W3C, "Portable Network Graphics Specification (Third Edition)".
 */
export function encodePng(pixels: Uint8Array | Uint8ClampedArray, width: number, height: number): Uint8Array {
  if (pixels.length !== 4 * width * height)
    throw new Error(
      `a PNG of ${width} x ${height} needs ${4 * width * height} bytes, found ${pixels.length}`,
    );
  const rows = Buffer.alloc(height * (1 + 4 * width)); // a filter byte of 0 before each row
  for (let row = 0; row < height; row++)
    rows.set(pixels.subarray(4 * width * row, 4 * width * (row + 1)), row * (1 + 4 * width) + 1);
  return pngFile(width, height, "rgba", [["IDAT", deflateSync(rows)]]);
}

const colourTypes = { palette: 3, rgba: 6 };

/** A PNG of 8 bits a channel or place in a palette, from its chunks between header and end. */
export function pngFile(
  width: number,
  height: number,
  colours: keyof typeof colourTypes,
  chunks: [type: string, body: Buffer][],
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourTypes[colours]], 8);
  const all: typeof chunks = [["IHDR", header], ...chunks, ["IEND", Buffer.alloc(0)]];
  return Buffer.concat([SIGNATURE, ...all.map(([type, body]) => chunk(type, body))]);
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
}
