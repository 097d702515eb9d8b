import { bundleOf, type Showable } from "./bundle";
import { show } from "./output";

/**
 * Show values under the running cell, one below the other: figures, danfojs tables, audio and takes, PNG bytes, the
 * results of `asHtml`, `asSvg` and `asMarkdown`, summaries of models, probes, sweeps and their like, anything else as text. A cell's last value is shown without it.
 */
export function display(...values: unknown[]): void {
  for (const value of values) show(bundleOf(value));
}

/** HTML for `display`, or as a cell's last value. */
export function asHtml(text: string): Showable {
  return showable("text/html", text);
}

/** An SVG document for `display`, or as a cell's last value. */
export function asSvg(text: string): Showable {
  return showable("image/svg+xml", text);
}

/** Markdown (and LaTeX between dollar signs) for `display`, or as a cell's last value. */
export function asMarkdown(text: string): Showable {
  return showable("text/markdown", text);
}

function showable(type: string, text: string): Showable {
  return { _repr_mimebundle_: () => ({ [type]: text, "text/plain": text }) };
}
