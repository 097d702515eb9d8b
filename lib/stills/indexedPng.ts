import { deflateSync } from "node:zlib";
import { pngFile } from "./png";

/** Colours nearer to each other than this, by squared distance in RGB, share a place of the palette. */
const gap = 100;

/**
 * A small PNG of a drawing: at most 256 colours, those that most pixels have; every other pixel takes the nearest. Meant
 * for figures, whose many colours are edges of text and lines; not for photographs. Opacity is left out.
 * @param pixels 8-bit RGBA, row by row from the top: [height, width, 4]
 */
export function encodeIndexedPng(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const colours = paletteOf(pixels);
  const places = new Map(colours.map((colour, i) => [colour, i]));
  const rows = Buffer.alloc(height * (1 + width)); // a filter byte of 0 before each row
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const colour = colourAt(pixels, row * width + column);
      let place = places.get(colour);
      if (place === undefined) {
        place = nearest(colours, colour);
        places.set(colour, place);
      }
      rows[row * (1 + width) + 1 + column] = place;
    }
  }
  const palette = Buffer.from(colours.flatMap((colour) => channels(colour)));
  return pngFile(width, height, "palette", [
    ["PLTE", palette],
    ["IDAT", deflateSync(rows, { level: 9 })],
  ]);
}

/** The commonest colours that are not too near to a commoner one. */
function paletteOf(pixels: Uint8Array): number[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < pixels.length / 4; i++) {
    const colour = colourAt(pixels, i);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette: number[] = [];
  for (const [colour] of [...counts].sort(([a, n], [b, m]) => m - n || a - b)) {
    if (palette.length === 256) break;
    if (palette.every((chosen) => distance(chosen, colour) >= gap)) palette.push(colour);
  }
  return palette;
}

/** As 0xRRGGBB. */
function colourAt(pixels: Uint8Array, i: number): number {
  return (pixels[4 * i] << 16) | (pixels[4 * i + 1] << 8) | pixels[4 * i + 2];
}

function channels(colour: number): [red: number, green: number, blue: number] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function distance(a: number, b: number): number {
  const other = channels(b);
  return channels(a).reduce((sum, value, i) => sum + (value - other[i]) ** 2, 0);
}

function nearest(palette: number[], colour: number): number {
  let best = 0;
  for (let i = 1; i < palette.length; i++)
    if (distance(palette[i], colour) < distance(palette[best], colour)) best = i;
  return best;
}
