import { readFileSync } from "node:fs";
import { packagePath } from "../../../../lib/disk/packageRoot";
import { type NotebookCell, type NotebookFile, sourceOf } from "../../../../lib/kernel/notebookFormat";
import { codeHtml } from "../../../../lib/kernel/webpage/code";
import { createMarkdown, type Markdown } from "../../../../lib/kernel/webpage/markdown";
import { outputHtml } from "../../../../lib/kernel/webpage/output";
import { escapeHtml, scriptJson } from "../../../../lib/notebook/libraries";
import type { Links } from "../links";

/**
 * A notebook as it is read before anything runs: texts, code in colours, stored outputs. lib/page/notebook makes it live.
 * @param name of its file, without the ending
 */
export function notebookHtml(notebook: NotebookFile, name: string, links: Links): string {
  const known: Record<string, string> = {}; // where links of the notebook lead, for when its text is edited
  const markdown = createMarkdown({
    link(href) {
      if (/^([a-z]+:|#)/i.test(href)) return href;
      const path = new URL(href, "file:///notebooks/").pathname.slice(1) + new URL(href, "file:///").hash;
      known[href] = links.to(path, `notebooks/${name}.html`) ?? href;
      return known[href];
    },
    image: () => undefined,
  });
  const cells = notebook.cells.map((cell) => cellHtml(cell, markdown)).join("\n");
  return `<div class="notebook" data-notebook="${escapeHtml(name)}">
<div class="cells">
${cells}
</div>
<script type="application/json" class="links">${scriptJson(known)}</script>
</div>`;
}

function cellHtml(cell: NotebookCell, markdown: Markdown): string {
  const source = sourceOf(cell);
  const inside = (kind: string, beside: string, body: string) =>
    `<section class="cell ${kind}"><div class="beside">${beside}</div><div class="body">${body}</div></section>`;
  if (cell.cell_type !== "code")
    return inside("text", "", `<div class="prose">${markdown.render(source, cell.attachments)}</div>`);
  const outputs = (cell.outputs ?? []).map((output) => outputHtml(output, markdown)).filter(Boolean);
  const shown = outputs.map((html) => `<div class="output">${html}</div>`).join("\n");
  const code = `<pre class="source" tabindex="0">${codeHtml(source, "typescript")}</pre>`;
  const count = `<span class="count">${cell.execution_count ?? ""}</span>`;
  return inside("code", count, `${code}<div class="outputs">${shown}</div>`);
}

/** The style of notebooks' pages besides that of all pages for reading: code and outputs, what is live, widgets. */
export function notebookStyle(): string {
  return [
    "lib/kernel/webpage/outputs.css",
    "lib/page/notebook/notebook.css",
    "lib/notebook/widgets/page/widget.css",
  ]
    .map((file) => readFileSync(packagePath(file), "utf8"))
    .join("\n");
}
