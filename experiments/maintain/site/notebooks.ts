import { readdirSync, readFileSync } from "node:fs";
import { packagePath } from "../../../lib/disk/packageRoot";
import { type NotebookFile, sourceOf } from "../../../lib/kernel/notebookFile";
import { notebookPage } from "../../../lib/kernel/webpage/page";
import type { SiteFile } from "./docs";
import { readingPage } from "./frame";
import type { Links } from "./links";
import { prose } from "./prose";

/** The notebooks as pages, with the outputs that they were stored with, and the list of them. */
export function notebookPages(links: Links): SiteFile[] {
  const files = readdirSync(packagePath("notebooks")).filter((name) => name.endsWith(".ipynb"));
  const all = files.map((file) => {
    const path = packagePath("notebooks", file);
    const notebook = JSON.parse(readFileSync(path, "utf8")) as NotebookFile;
    const address = `notebooks/${file.replace(/\.ipynb$/, ".html")}`;
    return { file, address, notebook, text: notebookPage(notebook, path, packagePath(address)) };
  });
  const cards = all.map(({ file, notebook }) => {
    const [first] = notebook.cells.filter((cell) => cell.cell_type === "markdown");
    const text = prose(first ? sourceOf(first) : file, `notebooks/${file}`, "notebooks/index.html", links);
    const [, about = ""] = /<p>([\s\S]*?)<\/p>/.exec(text.html) ?? [];
    return `<article><h2><a href="${file.replace(/\.ipynb$/, ".html")}">${text.title}</a></h2><p>${about}</p></article>`;
  });
  const body = `<div class="prose"><h1>Notebooks</h1>
<p>Read them here with their figures and their sound. To run and change them, <a href="../docs/notebooks.html">open them in JupyterLab</a>.</p></div>
<div class="notebooks">${cards.join("\n")}</div>`;
  const description = "The lab's notebooks, with figures and sound.";
  const index = readingPage({
    title: "Notebooks: SMITIN Lab",
    description,
    root: "../",
    place: "learn",
    body,
  });
  return [{ address: "notebooks/index.html", text: index }, ...all];
}
