import { stripVTControlCharacters } from "node:util";
import { escapeHtml } from "../../notebook/libraries";
import type { MimeBundle } from "../../notebook/output";
import { isProgress } from "../../notebook/progress";
import { type SavedOutput, textOf } from "../notebookFormat";
import type { Markdown } from "./markdown";

/**
 * An output as HTML: the richest of its forms that a page can show. HTML stands as the notebook has it, scripts too; all
 * else is escaped.
 */
export function outputHtml(output: SavedOutput, markdown: Markdown): string {
  switch (output.output_type) {
    case "stream": {
      const text = stripVTControlCharacters(textOf(output.text)).trimEnd();
      return text && `<pre class="text ${output.name}">${escapeHtml(text)}</pre>`;
    }
    case "error":
      return errorHtml(output);
    default:
      return bundleHtml(output.data, markdown);
  }
}

function errorHtml({ ename, evalue, traceback }: Extract<SavedOutput, { output_type: "error" }>): string {
  const what = `${ename}: ${evalue}`;
  const trace = stripVTControlCharacters(traceback.join("\n"));
  const rest = (trace.startsWith(what) ? trace.slice(what.length) : trace).replace(/^\s*\n/, "").trimEnd();
  const more = rest && `<pre class="text">${escapeHtml(rest)}</pre>`;
  return `<div class="error" role="note"><p>${escapeHtml(what)}</p>${more}</div>`;
}

/** Best first. */
const forms: [type: string, html: (text: string, bundle: MimeBundle, markdown: Markdown) => string][] = [
  ["text/html", (text) => `<div class="html">${text}</div>`],
  ["image/svg+xml", (text, bundle) => image("image/svg+xml", Buffer.from(text).toString("base64"), bundle)],
  ["image/png", (text, bundle) => image("image/png", text, bundle)],
  ["image/jpeg", (text, bundle) => image("image/jpeg", text, bundle)],
  ["text/markdown", (text, _, markdown) => `<div class="prose">${markdown.render(text)}</div>`],
  ["text/latex", (text, _, markdown) => `<div class="prose">${markdown.render(text)}</div>`],
  ["text/plain", (text) => text && `<pre class="text">${escapeHtml(stripVTControlCharacters(text))}</pre>`],
  ["application/json", (text) => `<pre class="text">${escapeHtml(text)}</pre>`],
];

function bundleHtml(bundle: MimeBundle, markdown: Markdown): string {
  if (isProgress(bundle)) return `<p class="note">${escapeHtml(textOf(bundle["text/plain"]))}</p>`;
  const form = forms.find(([type]) => bundle[type] !== undefined);
  return form ? form[1](textOf(bundle[form[0]]), bundle, markdown) : "";
}

function image(type: string, base64: string, bundle: MimeBundle): string {
  const alt = escapeHtml(textOf(bundle["text/plain"] ?? "figure"));
  return `<img class="still" alt="${alt}" src="data:${type};base64,${base64.replace(/\s/g, "")}">`;
}
