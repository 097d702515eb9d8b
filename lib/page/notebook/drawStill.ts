import type { Figure } from "../../figures/figure";
import type { PageLibraries } from "./pageLibraries";

interface Plotly {
  toImage(figure: Figure, options: Record<string, unknown>): Promise<string>;
}

/** plotly's own size of a figure that asks for none. */
const usual = { width: 700, height: 450 };

/** A figure as an SVG document, drawn by the page's plotly. @throws Error in plotly's words */
export async function drawStill(
  libraries: PageLibraries,
  figure: Figure,
  size: { width?: number; height?: number },
): Promise<string> {
  const [plotly] = (await libraries.use("plotly")) as [Plotly];
  const { width = figure.layout.width ?? usual.width, height = figure.layout.height ?? usual.height } = size;
  return plotly.toImage(figure, { format: "svg", width, height, imageDataOnly: true });
}
