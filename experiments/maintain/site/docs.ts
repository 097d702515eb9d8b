import { readdirSync, readFileSync } from "node:fs";
import { packagePath } from "../../../lib/disk/packageRoot";
import { codeHtml } from "../../../lib/kernel/webpage/code";
import { escapeHtml } from "../../../lib/notebook/libraries";
import { readingPage } from "./frame";
import { besides, type Links } from "./links";
import { type Prose, plain, prose } from "./prose";

/** A file of the site: its address from the site's folder, and its text. */
export interface SiteFile {
  address: string;
  text: string;
}

/** docs/*.md and what is read with them as pages, beside each the list of all, and that list by itself. */
export function docsPages(links: Links): SiteFile[] {
  const own = readdirSync(packagePath("docs"))
    .filter((name) => name.endsWith(".md") && name !== "results.md") // results have a page of their own
    .map((name) => [`docs/${name}`, `docs/${name.replace(/\.md$/, ".html")}`]);
  const texts = [...own, ...Object.entries(besides)].map(([file, address]) => {
    return { address, ...prose(readFileSync(packagePath(file), "utf8"), file, address, links) };
  });
  const order = orderOf();
  const place = ({ address }: { address: string }) => order.indexOf(address) + 1 || 99;
  texts.sort((a, b) => place(a) - place(b));
  const pages = texts.map((text) => ({ address: text.address, text: docPage(text, texts) }));
  return [{ address: "docs/index.html", text: indexPage(links) }, ...pages];
}

/** The files of code that pages led to, in colours. */
export function sourcePages(links: Links): SiteFile[] {
  return [...links.sources].sort().map((file) => {
    const address = `code/${file}.html`;
    const root = "../".repeat(address.split("/").length - 1);
    const code = codeHtml(readFileSync(packagePath(file), "utf8"), file.split(".").at(-1)!);
    const body = `<article class="prose"><h1>${escapeHtml(file)}</h1></article>
<div class="wide" role="region" aria-label="Code"><pre class="code">${code}</pre></div>`;
    const description = `${file}, a file of SMITIN Lab.`;
    return {
      address,
      text: readingPage({ title: `${file}: SMITIN Lab`, description, root, place: "docs", body }),
    };
  });
}

function docPage(text: Prose & { address: string }, all: (Prose & { address: string })[]): string {
  const list = all.map(({ address, title }) => {
    const here = address === text.address ? ' aria-current="page"' : "";
    return `<li><a href="${address.slice(5)}"${here}>${title}</a></li>`;
  });
  const body = `<div class="beside">
<details class="contents" open><summary>All pages</summary><nav aria-label="Docs"><ul>
<li><a href="index.html">Overview</a></li>
${list.join("\n")}
</ul></nav></details>
<article class="prose">${text.html}</article>
</div>`;
  const [, first = text.title] = /<p>([\s\S]*?)<\/p>/.exec(text.html) ?? [];
  const description = plain(first).split(". ")[0];
  return readingPage({ title: `${text.title}: SMITIN Lab`, description, root: "../", place: "docs", body });
}

/** The README's table of pages is the overview. */
function indexPage(links: Links): string {
  const { html } = prose(documentation(), "README.md", "docs/index.html", links);
  const body = `<article class="prose"><h1>Docs</h1>
<p>What the lab is made of and how it is used. Functions and types, one by one, are in the <a href="../api/index.html">API reference</a>.</p>
${html.replace(/<h2[\s\S]*?<\/h2>/, "")}</article>`;
  const description = "The documentation of SMITIN Lab.";
  return readingPage({ title: "Docs: SMITIN Lab", description, root: "../", place: "docs", body });
}

function documentation(): string {
  const readme = readFileSync(packagePath("README.md"), "utf8");
  const [, part] = /(## Documentation\n[\s\S]*?)\n## /.exec(readme) ?? [];
  if (!part) throw new Error('README.md: expected a section "Documentation", found none');
  return part;
}

/** Pages in the README's order. */
function orderOf(): string[] {
  return [...documentation().matchAll(/\]\((docs\/[\w-]+)\.md/g)].map(([, name]) => `${name}.html`);
}
