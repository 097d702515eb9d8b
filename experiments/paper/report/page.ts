import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../../lib/disk/writeAtomically";
import { darkColours } from "../../../lib/figures/dark";
import { drawScript } from "../../../lib/figures/drawScript";
import { fontFamily } from "../../../lib/figures/theme";
import { escapeHtml } from "../../../lib/notebook/libraries";
import { cellTexts } from "../../../lib/notebook/table";
import { plotlyScript } from "../../../lib/stills/plotly";
import type { Table } from "../shared/outcome";
import { pageColours } from "./pageColours";
import { playerHtml, playerStyle, wavesurferScript } from "./players";
import { findingsTable, type OutcomeRecord } from "./record";

/**
 * index.html: every experiment with its table, claims, figures and sounds. plotly and wavesurfer lie beside it, once; figures
 * are in the page, since a page from the file system may not read other files.
 */
export function writeIndex(folder: string, outcomes: OutcomeRecord[]): void {
  const scripts = { "plotly.min.js": plotlyScript, "wavesurfer.min.js": wavesurferScript };
  for (const [file, make] of Object.entries(scripts))
    if (!existsSync(join(folder, file))) writeAtomically(join(folder, file), make());
  writeAtomically(join(folder, "index.html"), page(folder, outcomes));
}

function page(folder: string, outcomes: OutcomeRecord[]): string {
  const links = outcomes.map(({ name, title }) => `<a href="#${name}">${escapeHtml(title)}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>SMITIN Lab: the paper's experiments</title>
<style>
${pageColours}
body { margin: 24px auto; max-width: 1100px; padding: 0 16px; font-family: ${fontFamily}; color: var(--ink); background: var(--paper); line-height: 1.45; }
a { color: var(--smitin); }
nav { display: flex; flex-wrap: wrap; gap: 6px 18px; }
section { border-top: 1px solid var(--grid); margin-top: 36px; }
table { border-collapse: collapse; font-size: 13px; margin: 12px 0; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid var(--grid); padding: 4px 10px; text-align: left; white-space: nowrap; }
td.claim { white-space: normal; }
.number { text-align: right; }
.quiet { color: var(--quietInk); font-size: 13px; }
.plot { overflow-x: auto; margin: 12px 0; }
${playerStyle}
</style>
<script src="plotly.min.js"></script>
<script src="wavesurfer.min.js"></script>
</head>
<body>
<h1>The paper's experiments</h1>
<p>SMITIN (arXiv 2404.02252), run again by SMITIN Lab. A claim holds when its whole 95 % interval lies above zero.
All numbers: <a href="results.json">results.json</a>.</p>
<nav>${links.join("\n")}</nav>
${outcomes.map((outcome) => section(folder, outcome)).join("\n")}
<script>
for (const place of document.querySelectorAll(".plot")) {
  const figure = JSON.parse(place.querySelector("script").textContent);
  if (window.Plotly) drawFigure(place.querySelector("div"), Plotly, figure);
}
${drawScript}
${readFileSync(join(__dirname, "page/player.js"), "utf8")}
</script>
</body>
</html>
`;
}

function section(folder: string, outcome: OutcomeRecord): string {
  const {
    name,
    title,
    about,
    profile,
    seed,
    model,
    data = "the studio band",
    table,
    findings,
    notes,
    figures,
    sounds,
  } = outcome;
  const test = join(name, "test/index.html");
  return `<section id="${name}">
<h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(about)}</p>
<p class="quiet">Music of ${escapeHtml(data)}, model ${escapeHtml(model)}, profile ${profile}, seed ${seed}.
<a href="${name}/config.json">config</a> <a href="${name}/table.md">table</a> <a href="${name}/table.json">table as JSON</a>
${existsSync(join(folder, test)) ? `<a href="${test}">the listening test</a>` : ""}</p>
${table.columns.length > 0 ? tableHtml(table) : ""}
${findings.length > 0 ? tableHtml(findingsTable(findings)) : ""}
${figures.map((figure) => plot(folder, name, figure)).join("\n")}
<div class="players">
${sounds
  .filter(({ file }) => existsSync(join(folder, name, file))) // a clone has the numbers and the figures, not the sound
  .map(({ file, ...sound }) => playerHtml({ ...sound, src: `${name}/${encodeURIComponent(file)}` }))
  .join("\n")}
</div>
<ul class="quiet">
${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("\n")}
</ul>
</section>`;
}

/** A figure's JSON in the page; the still for pages without scripts. */
function plot(folder: string, name: string, figure: string): string {
  const drawn = JSON.parse(readFileSync(join(folder, name, `${figure}.json`), "utf8"));
  const json = JSON.stringify({ ...drawn, dark: darkColours(drawn) }).replace(/</g, "\\u003c");
  const files = ["html", "png", "svg"]
    .filter((ending) => existsSync(join(folder, name, `${figure}.${ending}`)))
    .map((ending) => {
      const label = ending === "html" ? "by itself" : ending.toUpperCase();
      return `<a href="${name}/${figure}.${ending}">${label}</a>`;
    });
  return `<div class="plot"><script type="application/json">${json}</script><div></div>
<noscript><img alt="${figure}" src="${name}/${figure}.svg"></noscript>
<p class="quiet">${files.join(" ")}</p></div>`;
}

function tableHtml(table: Table): string {
  const { heads: columns, rows: texts, sides } = cellTexts(table);
  const kinds = columns.map((column, i) => {
    if (column === "claim" || column === "note") return ' class="claim"';
    return sides[i] === "right" ? ' class="number"' : "";
  });
  const head = columns.map((column, i) => `<th${kinds[i]}>${escapeHtml(column)}</th>`).join("");
  const body = texts.map((row) => {
    const cells = row.map((text, i) => `<td${kinds[i]}>${escapeHtml(text)}</td>`);
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table>`;
}
