import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { encodeIndexedPng } from "../../lib/stills/indexedPng";

test("a drawing of few colours comes back as it was, on a palette in the order of how common they are", () => {
  const [white, black, red] = [
    [255, 255, 255],
    [0, 0, 0],
    [255, 0, 0],
  ];
  const rows = [
    [white, white, black],
    [white, red, black],
  ];
  const { header, palette, places } = read(encodeIndexedPng(rgba(rows.flat()), 3, 2));
  assert.deepEqual([header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]], [3, 2, 8, 3]);
  assert.deepEqual(palette, [white, black, red]);
  assert.deepEqual(places, [0, 0, 0, 1, 0, 0, 2, 1], "a filter byte of 0 before each row");
});

test("colours too near to a commoner one, or beyond 256, become the nearest on the palette", () => {
  const near = [...Array(3).fill([100, 100, 100]), [104, 100, 100], [200, 0, 0]];
  const few = read(encodeIndexedPng(rgba(near), 5, 1));
  assert.deepEqual(few.palette, [
    [100, 100, 100],
    [200, 0, 0],
  ]);
  assert.deepEqual(few.places, [0, 0, 0, 0, 0, 1]);
  const many = Array.from({ length: 1000 }, (_, i) => [
    (i % 10) * 25,
    (Math.floor(i / 10) % 10) * 25,
    Math.floor(i / 100) * 25,
  ]);
  const all = read(encodeIndexedPng(rgba(many), 1000, 1));
  assert.equal(all.palette.length, 256);
  for (const [i, colour] of many.entries()) {
    const to = (other: number[]) => other.reduce((sum, value, c) => sum + (value - colour[c]) ** 2, 0);
    const least = Math.min(...all.palette.map(to));
    assert.equal(to(all.palette[all.places[i + 1]]), least);
  }
});

function rgba(colours: number[][]): Uint8Array {
  return Uint8Array.from(colours.flatMap((colour) => [...colour, 255]));
}

/** The chunks of a PNG with a palette. */
function read(png: Uint8Array) {
  const file = Buffer.from(png);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.set(file.toString("latin1", at + 4, at + 8), file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const colours = [...chunks.get("PLTE")!];
  return {
    header: chunks.get("IHDR")!,
    palette: Array.from({ length: colours.length / 3 }, (_, i) => colours.slice(3 * i, 3 * i + 3)),
    places: [...inflateSync(chunks.get("IDAT")!)],
  };
}
