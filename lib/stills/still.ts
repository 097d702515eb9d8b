import { Script } from "node:vm";
import type { DOMWindow } from "jsdom";
import type { Figure } from "../figures/figure";
import { random } from "../math/random";
import { installCanvas, vectorCells } from "./canvas";
import { plotlyScript } from "./plotly";
import { installBoxes } from "./text";

/**
 * The figure as an SVG document, drawn by plotly itself on a machine without a browser: plotly runs in jsdom, text is
 * measured with Arial's widths, and heat maps are drawn on a stand-in canvas (their cells become rectangles). The same
 * figure gives the same bytes. The first call takes about two seconds longer.
 * @param size pixels; the default is the layout's own, or plotly's where it has none
 * @throws Error when plotly cannot draw the figure
 */
export function figureSvg(figure: Figure, size: { width?: number; height?: number } = {}): Promise<string> {
  const drawn = last.then(() => draw(figure, size));
  last = drawn.catch(() => {});
  return drawn;
}

/** Where plotly differs from what the figure asks for, in plotly's words; none when every attribute is known and valid. */
export function figureProblems(figure: Figure): string[] {
  const page = openPage();
  const { data, layout } = page.JSON.parse(JSON.stringify(figure)) as Figure;
  return (page.Plotly.validate(data, layout) ?? []).map(({ msg }) => msg);
}

interface Page extends DOMWindow {
  Math: Math;
  JSON: JSON;
  Plotly: {
    toImage(figure: Figure, options: Record<string, unknown>): Promise<string>;
    validate(data: unknown[], layout: unknown): { msg: string }[] | undefined;
  };
}

let opened: Page | undefined;
/** Figures share one page, so they are drawn one after another. */
let last: Promise<unknown> = Promise.resolve();

async function draw(figure: Figure, size: { width?: number; height?: number }): Promise<string> {
  const { width = figure.layout.width ?? 700, height = figure.layout.height ?? 450 } = size; // plotly's defaults
  const page = openPage();
  page.Math.random = random(1); // plotly names its clip paths by chance
  const { data, layout } = page.JSON.parse(JSON.stringify(figure)) as Figure;
  try {
    const options = { format: "svg", width, height, imageDataOnly: true };
    const svg = await page.Plotly.toImage({ data, layout }, options);
    return vectorCells(svg.replaceAll("TOBESTRIPPED", "'")); // plotly's mark of quotes, which it leaves within a list of fonts
  } catch (error) {
    throw new Error(`plotly could not draw the figure: ${(error as Error).message}`);
  }
}

function openPage(): Page {
  if (!opened) {
    const { JSDOM } = require("jsdom") as typeof import("jsdom"); // here, since it takes half a second to load
    const dom = new JSDOM("<!doctype html><body></body>", { runScripts: "outside-only" });
    installBoxes(dom.window);
    installCanvas(dom.window);
    dom.window.URL.createObjectURL = () => "";
    Object.assign(dom.window, { TextDecoder }); // which plotly's maps ask for on loading
    new Script(plotlyScript(), { filename: "plotly.min.js" }).runInContext(dom.getInternalVMContext());
    opened = dom.window as unknown as Page;
  }
  return opened;
}
