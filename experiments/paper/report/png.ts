import { readFileSync } from "node:fs";

/** What is used of @resvg/resvg-wasm. */
interface Resvg {
  initWasm(bytes: Uint8Array): Promise<void>;
  Resvg: new (
    svg: string,
    options: Record<string, unknown>,
  ) => { render(): { asPng(): Uint8Array; free(): void }; free(): void };
}

/** Pixels a unit of the figure's own size. */
const zoom = 2;

let renderer: Promise<Resvg | undefined> | undefined;
let font: Uint8Array;

/**
 * An SVG still as a PNG, at twice its size, its text in Arimo, which has Arial's metrics.
 * @returns nothing where the packages @resvg/resvg-wasm and @expo-google-fonts/arimo are not installed
 */
export async function pngOf(svg: string): Promise<Uint8Array | undefined> {
  renderer ??= start();
  const resvg = await renderer;
  if (!resvg) return undefined;
  const drawing = new resvg.Resvg(svg, {
    fitTo: { mode: "zoom", value: zoom },
    background: "#ffffff",
    font: { fontBuffers: [font], defaultFontFamily: "Arimo", sansSerifFamily: "Arimo" },
  });
  const image = drawing.render();
  const png = image.asPng();
  image.free();
  drawing.free();
  return png;
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
