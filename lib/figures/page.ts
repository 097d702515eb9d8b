import { darkColours } from "./dark";
import { drawScript } from "./drawScript";
import type { Figure } from "./figure";
import { fontFamily, pairs } from "./theme";

/**
 * A web page with the figure, to hover over and zoom into.
 * @param plotly plotly's script: its address relative to the page, which then needs that one file; or its source, which goes into
 *   the page (4.8 MB)
 */
export function figureHtml(figure: Figure, plotly: { address: string } | { source: string }): string {
  const script =
    "address" in plotly
      ? `<script src="${escapeHtml(plotly.address)}"></script>`
      : `<script>${plotly.source}</script>`;
  const whole = { ...figure, dark: darkColours(figure) };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(titleOf(figure))}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 16px; background: light-dark(${pairs.paper.light}, ${pairs.paper.dark}); font-family: ${fontFamily}; }
</style>
${script}
</head>
<body>
<div id="figure"></div>
<script>
${drawScript}
drawFigure(document.getElementById("figure"), Plotly, ${JSON.stringify(whole).replace(/</g, "\\u003c")});
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
