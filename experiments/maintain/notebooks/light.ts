import { languageInfo } from "../../../lib/kernel/languageInfo";
import {
  kernelspec,
  type NotebookCell,
  type NotebookFile,
  type SavedOutput,
  textOf,
} from "../../../lib/kernel/notebookFile";
import { layOut } from "../../../lib/kernel/notebookFormat";
import type { MimeBundle } from "../../../lib/notebook/output";
import { isProgress } from "../../../lib/notebook/progress";
import { encodeIndexedPng } from "../../../lib/stills/indexedPng";
import { rasterOf } from "../../paper/report/png";

/** No notebook is kept that is larger, in bytes. */
export const lightLimit = 300_000;

/** Pixels a unit of a figure, best first: the first at which the notebook is light enough is taken. */
const zooms = [1.5, 1.25, 1, 0.75];

/**
 * A notebook with outputs that a code host shows and that a repository can keep: tables, text and small stills of figures.
 * Sound is left out, with a line in its place; so are progress bars, scripts, times, and what a front end notes about
 * itself. Cells are counted from 1. The same outputs give the same bytes, and a light notebook stays as it is.
 * @throws Error when the notebook is too large all the same
 */
export async function lighten(notebook: NotebookFile): Promise<NotebookFile> {
  const light = await lightest(notebook);
  if (isLight(light)) return light;
  throw new Error(
    `expected light outputs of at most ${lightLimit / 1000} kB, found more with the smallest stills too`,
  );
}

/** The same, as light as it can be where it can't be light enough. */
export async function lightest(notebook: NotebookFile): Promise<NotebookFile> {
  let light = notebook;
  for (const zoom of zooms) {
    light = await lightenAt(notebook, zoom);
    if (isLight(light)) break;
  }
  return light;
}

function isLight(notebook: NotebookFile): boolean {
  return Buffer.byteLength(layOut(notebook)) <= lightLimit;
}

async function lightenAt(
  { cells, nbformat, nbformat_minor }: NotebookFile,
  zoom: number,
): Promise<NotebookFile> {
  const light: NotebookCell[] = [];
  let count = 0;
  for (const { id, cell_type, source, metadata, attachments, outputs = [], execution_count } of cells) {
    const { execution, scrolled, collapsed, trusted, ExecuteTime, ...kept } = metadata;
    const cell: NotebookCell = { id, cell_type, source, metadata: kept, ...(attachments && { attachments }) };
    light.push(cell);
    if (cell_type !== "code") continue;
    cell.execution_count = execution_count ? ++count : null;
    cell.outputs = [];
    for (const output of outputs) {
      const one = await lightOutput(output, zoom);
      if (one) cell.outputs.push("execution_count" in one ? { ...one, execution_count: count } : one);
    }
  }
  return { cells: light, metadata: { kernelspec, language_info: languageInfo() }, nbformat, nbformat_minor };
}

/** Nothing for an output that shows nothing without a script. */
async function lightOutput(output: SavedOutput, zoom: number): Promise<SavedOutput | undefined> {
  if (!("data" in output)) return output;
  const { data } = output;
  if (isProgress(data)) return undefined;
  if (data["image/svg+xml"] !== undefined) return { ...output, ...(await still(data, zoom)) };
  const html = textOf(data["text/html"] ?? "");
  const text = textOf(data["text/plain"] ?? "");
  if (html.includes("data:audio/"))
    return { ...output, data: { "text/plain": `${text}\nsound: run the cell to hear it` } };
  const light = Object.fromEntries(
    Object.entries(data).filter(
      ([type]) => kept.includes(type) && !(type === "text/html" && html.includes("<script")),
    ),
  );
  const isEmpty = !text && Object.keys(light).every((type) => type === "text/plain");
  return isEmpty ? undefined : { ...output, data: light };
}

/** Forms that a code host shows. */
const kept = ["text/html", "text/markdown", "text/latex", "text/plain", "image/png", "image/jpeg"];

/** A figure as a small PNG, shown at the figure's own size. */
async function still(bundle: MimeBundle, zoom: number): Promise<{ data: MimeBundle; metadata: object }> {
  const made = await rasterOf(textOf(bundle["image/svg+xml"]), zoom, ({ pixels, width, height }) => ({
    png: encodeIndexedPng(pixels, width, height),
    size: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
  }));
  if (!made)
    throw new Error("stills need @resvg/resvg-wasm and @expo-google-fonts/arimo, which are not installed");
  const data: MimeBundle = { "image/png": Buffer.from(made.png).toString("base64") };
  if (bundle["text/plain"] !== undefined) data["text/plain"] = bundle["text/plain"];
  return { data, metadata: { "image/png": made.size } };
}
