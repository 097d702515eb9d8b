import { darkColours } from "../figures/dark";
import type { Figure } from "../figures/figure";
import { drawingScript, elementId, escapeHtml, scriptJson } from "./libraries";
import type { MimeBundle } from "./output";

/**
 * A figure for a notebook: plotly draws it in the page; the still, drawn here, shows until then and wherever scripts do
 * not run (an untrusted notebook, a code host's preview).
 * @throws Error when plotly cannot draw the figure
 */
export async function figureBundle(figure: Figure): Promise<MimeBundle> {
  const id = elementId();
  const { figureSvg } = loadStill();
  const svg = await figureSvg(figure);
  const title = titleOf(figure);
  const still = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  const script = drawingScript(
    "plotly",
    id,
    `    const figure = ${scriptJson({ data: figure.data, layout: figure.layout, dark: darkColours(figure) })};
    const [Plotly, drawFigure] = modules;
    for (const place of places) {
      place.replaceChildren();
      drawFigure(place, Plotly, figure);
    }`,
  );
  const html =
    `<div data-smitin="${id}" style="max-width:100%;overflow-x:auto">` +
    `<img alt="${escapeHtml(title)}" src="${still}" style="max-width:100%"></div>\n${script}`;
  return { "text/html": html, "image/svg+xml": svg, "text/plain": `[figure: ${title}]` };
}

/** Is it plotly's JSON: traces and a layout? */
export function isFigure(value: unknown): value is Figure {
  const figure = value as Figure | null;
  return (
    typeof figure === "object" &&
    figure !== null &&
    Array.isArray(figure.data) &&
    typeof figure.layout === "object" &&
    figure.layout !== null
  );
}

/** Drawing stills takes a while to load, and a notebook without figures does without it. */
export function loadStill(): typeof import("../stills/still") {
  return require("../stills/still");
}

function titleOf({ layout }: Figure): string {
  const title = layout.title as string | { text?: string } | undefined;
  const text = typeof title === "string" ? title : (title?.text ?? "figure");
  return text
    .replace(/<[^>]*>|\s+/g, " ")
    .replace(/ +/g, " ")
    .trim();
}
