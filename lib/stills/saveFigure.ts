import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { writeAtomically } from "../disk/writeAtomically";
import type { Figure } from "../figures/figure";
import { figureHtml } from "../figures/page";
import { plotlyScript } from "./plotly";
import { figureSvg } from "./still";

/**
 * Write a figure in the format of the path's ending: `.svg` (a still, made without a browser), `.html` (to hover over
 * and zoom into) or `.json` (plotly's data and layout). Makes the folder; writes the file whole or not at all.
 * @param options.alone put plotly's script into the page (4.8 MB each); otherwise it lies beside the pages, once
 * @throws Error when the ending is another
 */
export async function saveFigure(
  path: string,
  figure: Figure,
  options: { alone?: boolean } = {},
): Promise<void> {
  switch (extname(path)) {
    case ".svg":
      return writeAtomically(path, await figureSvg(figure));
    case ".html":
      if (options.alone) return writeAtomically(path, figureHtml(figure, { source: plotlyScript() }));
      return savePage(path, figure);
    case ".json":
      return writeAtomically(path, JSON.stringify(figure));
    default:
      throw new Error(
        `${path}: expected a figure's path to end in .svg, .html or .json, found "${extname(path)}"`,
      );
  }
}

function savePage(path: string, figure: Figure): void {
  const name = "plotly.min.js";
  const script = join(dirname(path), name);
  if (!existsSync(script)) writeAtomically(script, plotlyScript());
  writeAtomically(path, figureHtml(figure, { address: name }));
}
