import { escapeHtml } from "../../../lib/notebook/libraries";
import { type Place, places } from "../../../lib/page/places";

/** A page of the site for reading: what stands between its head and its foot. */
export interface Reading {
  title: string;
  /** One sentence, for search engines and previews. */
  description: string;
  /** From this page to the site's folder: "" or "../". */
  root: string;
  /** Where it belongs. */
  place?: Place;
  /** HTML of what is in `main`. */
  body: string;
  /** Modules and style sheets besides those of every page, from the site's folder. */
  scripts?: string[];
  styles?: string[];
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 6h2v4H1zM5 2h2v12H5zM9 5h2v6H9zM13 7h2v2h-2z' fill='%230072b2'/%3E%3C/svg%3E";

/** The page: one head, one foot and one style for all that is read, with relative addresses only. */
export function readingPage({
  title,
  description,
  root,
  place,
  body,
  scripts = [],
  styles = [],
}: Reading): string {
  const links = places.map(({ name, label, address }) => {
    const here = name === place ? ' aria-current="page"' : "";
    return `<a href="${root}${address}"${here}>${label}</a>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(description)}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${icon}">
${["page.css", "reading.css", ...styles].map((file) => `<link rel="stylesheet" href="${root}${file}">`).join("\n")}
<script>try { document.documentElement.dataset.theme = localStorage.getItem("smitin-theme") ?? ""; } catch {}</script>
${["reading.js", ...scripts].map((file) => `<script type="module" src="${root}${file}"></script>`).join("\n")}
</head>
<body data-root="${root}">
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="brand" href="${root}index.html">SMITIN Lab</a>
<nav aria-label="The site">
${links.join("\n")}
</nav>
<div class="tools"></div>
</header>
<main id="content" tabindex="-1">
${body}
</main>
<footer>
<p>SMITIN Lab is open source (MIT). The method: Koo et al., <a href="https://arxiv.org/abs/2404.02252">SMITIN, arXiv 2404.02252</a>.
This site asks no other place for anything, and nothing that you do here leaves your machine.</p>
</footer>
</body>
</html>
`;
}
