import type { Figure } from "./figure";
import { plotlyScript } from "./plotly";
import { fontFamily, paper } from "./theme";

/**
 * A web page with the figure, to hover over and zoom into. It needs nothing but itself (4.8 MB, plotly's script is in
 * it), or, given the address of plotly's script relative to the page, that one file.
 */
export function figureHtml(figure: Figure, options: { script?: string } = {}): string {
  const { script } = options;
  const plotly = script
    ? `<script src="${escapeHtml(script)}"></script>`
    : `<script>${plotlyScript()}</script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(titleOf(figure))}</title>
<style>body { margin: 16px; background: ${paper}; font-family: ${fontFamily}; }</style>
${plotly}
</head>
<body>
<div id="figure"></div>
<script>
const { data, layout } = ${JSON.stringify(figure).replace(/</g, "\\u003c")};
Plotly.newPlot("figure", data, layout, { displaylogo: false });
</script>
</body>
</html>
`;
}

function titleOf({ layout }: Figure): string {
  const title = layout.title as { text?: string } | undefined;
  return title?.text ?? "Figure";
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => names[character]);
}
