import { readdirSync } from "node:fs";
import { packagePath } from "../../../lib/disk/packageRoot";
import { readNotebook } from "../../../lib/kernel/notebookFile";
import { layOut, sourceOf } from "../../../lib/kernel/notebookFormat";
import type { SiteFile } from "./docs";
import { readingPage } from "./frame";
import type { Links } from "./links";
import { notebookHtml } from "./live/html";
import { prose } from "./prose";

const isCourse = (file: string) => file.startsWith("course-");
const groups = [
  { title: "The course", holds: isCourse },
  { title: "A first look, the paper's experiments, and widgets", holds: (file: string) => !isCourse(file) },
];

/** The notebooks as pages, with the outputs that they were stored with, as files, and the list of them. */
export function notebookPages(links: Links): SiteFile[] {
  const files = readdirSync(packagePath("notebooks")).filter((name) => name.endsWith(".ipynb"));
  const all = files.map((file) => {
    const notebook = readNotebook(packagePath("notebooks", file));
    const name = file.replace(/\.ipynb$/, "");
    const [, title = name] = /^#\s+(.+)$/m.exec(notebook.cells.map(sourceOf).join("\n")) ?? [];
    const page = readingPage({
      title: `${title}: SMITIN Lab`,
      description: "A notebook of the lab: read it, change it and run it in the page.",
      root: "../",
      place: "learn",
      body: notebookHtml(notebook, name, links),
      scripts: ["notebook.js"],
      styles: ["notebook.css"],
    });
    return {
      file,
      notebook,
      pages: [
        { address: `notebooks/${name}.html`, text: page },
        { address: `notebooks/${file}`, text: layOut(notebook) },
      ],
    };
  });
  const card = ({ file, notebook }: (typeof all)[number]) => {
    const [first] = notebook.cells.filter((cell) => cell.cell_type === "markdown");
    const text = prose(first ? sourceOf(first) : file, `notebooks/${file}`, "notebooks/index.html", links);
    const [, about = ""] = /<p>([\s\S]*?)<\/p>/.exec(text.html) ?? [];
    return `<article><h3><a href="${file.replace(/\.ipynb$/, ".html")}">${text.title}</a></h3><p>${about}</p></article>`;
  };
  const sections = groups.map(({ title, holds }) => {
    const here = all.filter(({ file }) => holds(file));
    return here.length > 0 && `<h2>${title}</h2><div class="notebooks">${here.map(card).join("\n")}</div>`;
  });
  const body = `<div class="prose"><h1>Notebooks</h1>
<p>Read them, change them and run them: all of it happens in the page. For recorded songs, larger models and files of your own,
<a href="../docs/notebooks.html">open them in JupyterLab</a>.</p></div>
${sections.filter(Boolean).join("\n")}`;
  const description = "The lab's notebooks, with figures and sound.";
  const index = readingPage({
    title: "Notebooks: SMITIN Lab",
    description,
    root: "../",
    place: "learn",
    body,
  });
  return [{ address: "notebooks/index.html", text: index }, ...all.flatMap(({ pages }) => pages)];
}
