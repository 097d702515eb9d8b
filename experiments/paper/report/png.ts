import { readFileSync } from "node:fs";

/** What is used of @resvg/resvg-wasm. */
interface Resvg {
  initWasm(bytes: Uint8Array): Promise<void>;
  Resvg: new (svg: string, options: Record<string, unknown>) => { render(): Raster; free(): void };
}

interface Raster {
  /** 8-bit RGBA: [height, width, 4] */
  pixels: Uint8Array;
  width: number;
  height: number;
  asPng(): Uint8Array;
  free(): void;
}

/** Pixels a unit of the figure's own size. */
const zoom = 2;

let renderer: Promise<Resvg | undefined> | undefined;
let font: Uint8Array;

/**
 * An SVG still as a PNG, at twice its size, its text in Arimo, which has Arial's metrics.
 * @returns nothing where the packages @resvg/resvg-wasm and @expo-google-fonts/arimo are not installed
 */
export function pngOf(svg: string): Promise<Uint8Array | undefined> {
  return rasterOf(svg, zoom, (raster) => raster.asPng());
}

/**
 * An SVG still as pixels, as `pngOf` draws it.
 * @param zoom pixels a unit of the still's own size
 * @param read takes what it wants of the raster, which is gone afterwards
 * @returns nothing where `pngOf` returns nothing
 */
export async function rasterOf<Value>(
  svg: string,
  zoom: number,
  read: (raster: Omit<Raster, "free">) => Value,
): Promise<Value | undefined> {
  renderer ??= start();
  const resvg = await renderer;
  if (!resvg) return undefined;
  const drawing = new resvg.Resvg(svg, {
    fitTo: { mode: "zoom", value: zoom },
    background: "#ffffff",
    font: { fontBuffers: [font], defaultFontFamily: "Arimo", sansSerifFamily: "Arimo" },
  });
  const image = drawing.render();
  try {
    return read(image);
  } finally {
    image.free();
    drawing.free();
  }
}

async function start(): Promise<Resvg | undefined> {
  let path: string;
  try {
    font = readFileSync(require.resolve("@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf"));
    path = require.resolve("@resvg/resvg-wasm/index_bg.wasm");
  } catch {
    return undefined;
  }
  const resvg = require("@resvg/resvg-wasm") as Resvg;
  await resvg.initWasm(readFileSync(path));
  return resvg;
}
