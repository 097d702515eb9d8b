import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { version } from "../../../package.json";
import { packagePath } from "../../disk/packageRoot";
import { escapeHtml } from "../../notebook/libraries";
import { type NotebookCell, type NotebookFile, sourceOf } from "../notebookFile";
import { codeHtml } from "./code";
import { diskPlaces } from "./diskPlaces";
import { librariesOnce } from "./librariesOnce";
import { createMarkdown, type Heading, type Markdown } from "./markdown";
import { outputHtml } from "./output";

/** Code of more lines than this is folded. */
const longCode = 12;

/**
 * An executed notebook as one web page: text, code in colours, outputs with figures to hover over and players. The page
 * needs nothing but itself, also when it is opened as a file, and its policy lets it ask the network for nothing.
 *
 * HTML outputs stand as they are and their scripts run: make pages of notebooks that you trust.
 * @param path the notebook's, where relative links and images begin
 * @param pagePath where the page is going to be
 */
export function notebookPage(notebook: NotebookFile, path: string, pagePath: string): string {
  const markdown = createMarkdown(diskPlaces(dirname(path), dirname(pagePath)));
  const language = languageOf(notebook);
  const cells = notebook.cells.map((cell) => cellHtml(cell, language, markdown)).join("\n");
  const title = plain(markdown.headings.find(({ depth }) => depth === 1)?.html ?? escapeHtml(basename(path)));
  const contents = contentsHtml(markdown.headings);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="SMITIN Lab ${version}">
<title>${title}</title>
<style>
${asset("page.css")}${asset("outputs.css")}</style>
</head>
<body>
${contents && `<nav class="beside" aria-label="Contents">${contents}</nav>`}
<main>
${contents && `<details class="above"><summary>Contents</summary><nav aria-label="Contents">${contents}</nav></details>`}
${librariesOnce(cells)}
<footer>Made from ${escapeHtml(basename(path))} by SMITIN Lab ${version}. Everything is in this file: it works without a network.</footer>
</main>
<script>
${asset("page.js")}</script>
</body>
</html>
`;
}

/** Nothing from elsewhere; scripts of outputs, the libraries that these unpack, images and sound that are in the page. */
const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "media-src data: blob:",
  "font-src data:",
  "connect-src data: blob:",
  "worker-src blob:",
].join("; ");

function asset(name: string): string {
  return readFileSync(packagePath("lib/kernel/webpage", name), "utf8");
}

function languageOf({ metadata }: NotebookFile): string {
  return (metadata.language_info as { name?: string } | undefined)?.name ?? "";
}

function cellHtml(cell: NotebookCell, language: string, markdown: Markdown): string {
  const source = sourceOf(cell);
  if (cell.cell_type === "markdown")
    return `<section class="prose">${markdown.render(source, cell.attachments)}</section>`;
  if (cell.cell_type === "raw") return source && `<pre class="text">${escapeHtml(source)}</pre>`;
  const outputs = (cell.outputs ?? []).map((output) => outputHtml(output, markdown)).filter(Boolean);
  const shown = outputs.map((html) => `<div class="output">${html}</div>`).join("\n");
  return `<section class="cell">${source.trim() && codeBlock(cell, source.trimEnd(), language)}${shown}</section>`;
}

function codeBlock({ execution_count }: NotebookCell, source: string, language: string): string {
  const lines = source.split("\n").length;
  const name = execution_count ? `Cell ${execution_count}` : "Code";
  const size = lines === 1 ? "1 line" : `${lines} lines`;
  return (
    `<details class="source"${lines > longCode ? "" : " open"}><summary>${name}, ${size}</summary>` +
    `<pre class="code">${codeHtml(source, language)}</pre></details>`
  );
}

/** Links to the sections; nothing for a notebook of one or none. */
function contentsHtml(headings: Heading[]): string {
  const shown = headings.filter(({ depth }) => depth === 2 || depth === 3);
  if (shown.length < 2) return "";
  const items = shown.map(
    ({ depth, id, html }) => `<li class="depth-${depth}"><a href="#${id}">${plain(html)}</a></li>`,
  );
  return `<ul>${items.join("")}</ul>`;
}

/** A heading's text without its markup. */
function plain(html: string): string {
  return html.replace(/<[^>]*>/g, "");
}
