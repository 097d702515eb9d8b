import { existsSync, readFileSync } from "node:fs";
import { packagePath } from "../../../lib/disk/packageRoot";
import { escapeHtml } from "../../../lib/notebook/escapeHtml";
import { cellTexts } from "../../../lib/notebook/table";
import { captionOf } from "../../../lib/page/caption";
import type { Examples } from "../../../lib/page/example";
import { experiments } from "../../paper/experiments";
import { findingsTable, type OutcomeRecord, readOutcomes } from "../../paper/report/record";
import type { Table } from "../../paper/shared/outcome";
import { darkSvg } from "./darkSvg";
import type { SiteFile } from "./docs";
import { readingPage } from "./frame";
import { takeArticle } from "./landing";
import type { Links } from "./links";
import { prose, wide } from "./prose";

const folder = "figures/reproduce";
/** Sounds of one prompt by several methods, which the first notebook makes (its seed 7). */
const methods = ["none", "ITI", "SMITIN"];
/** Tables with more rows than this are folded. */
const longTable = 12;

/** The full reproduction: claims and verdicts, takes to hear, then every experiment with its tables and figures. */
export function resultsPages(examples: Examples, links: Links): SiteFile[] {
  const outcomes = readOutcomes(
    packagePath(folder),
    experiments.map(({ name }) => name),
  );
  const page = "results.html";
  const text = prose(readFileSync(packagePath("docs/results.md"), "utf8"), "docs/results.md", page, links);
  const contents = outcomes.map(({ name, title }) => `<li><a href="#${name}">${escapeHtml(title)}</a></li>`);
  const body = `<article class="prose">${text.html}</article>
<section aria-labelledby="hear">
<h2 id="hear">Takes to hear</h2>
<p class="lead">The same prompt and the same seed, with and without steering.</p>
<div class="takes">
${examples.takes.map((take) => takeArticle(take.name, take.title, captionOf(take))).join("\n")}
</div>
<h3>One prompt, three methods</h3>
<p>From the first notebook: three seconds of the band without drums, then five seconds of the model. Seed 7; ITI at alpha 5, SMITIN at alpha 20.</p>
<div class="plain">
${methods.map((method) => `<figure><figcaption>${method}</figcaption><audio controls preload="none" src="results/${method}.wav"></audio></figure>`).join("\n")}
</div>
</section>
<section aria-labelledby="experiments">
<h2 id="experiments">Experiment by experiment</h2>
<p class="lead">A claim holds when its whole 95 % interval lies above zero. All rows as JSON: <a href="results/results.json">results.json</a>.</p>
<ul class="columns">
${contents.join("\n")}
</ul>
</section>
${outcomes.map(section).join("\n")}`;
  const description =
    "What the paper claims and what came out on the bundled model, with figures and takes to hear.";
  const figures = outcomes.flatMap(({ name, figures: all }) => all.flatMap((figure) => stills(name, figure)));
  return [
    {
      address: page,
      text: readingPage({
        title: "Results: SMITIN Lab",
        description,
        root: "",
        place: "results",
        body,
        scripts: ["landing.js"],
      }),
    },
    { address: "results/results.json", text: readFileSync(packagePath(folder, "results.json"), "utf8") },
    ...figures,
  ];
}

/** Files that are copied as they are: from the repository, to the site. */
export function resultsSounds(): [from: string, to: string][] {
  return methods.map((method) => [`figures/01/${method}.wav`, `results/${method}.wav`]);
}

function stills(name: string, figure: string): SiteFile[] {
  const path = packagePath(folder, name, `${figure}.svg`);
  if (!existsSync(path)) throw new Error(`${path}: expected the figure's still, found none`);
  const svg = readFileSync(path, "utf8");
  const address = `results/${name}-${figure}`;
  return [
    { address: `${address}.svg`, text: svg },
    { address: `${address}-dark.svg`, text: darkSvg(svg) },
  ];
}

function section({
  name,
  title,
  about,
  model,
  profile,
  seed,
  table,
  findings,
  figures,
  notes,
}: OutcomeRecord): string {
  return `<section class="experiment" aria-labelledby="${name}">
<h3 id="${name}">${escapeHtml(title)}</h3>
<p>${escapeHtml(about)}</p>
<p class="quiet">Model ${escapeHtml(model)}, profile ${profile}, seed ${seed}. Intervals are 95 %.</p>
${findings.length > 0 ? folded("Claims", tableHtml(findingsTable(findings), `Claims: ${title}`), findings.length) : ""}
${table.rows.length > 0 ? folded("Table", tableHtml(table, `Table: ${title}`), table.rows.length) : ""}
${figures.length > 0 ? `<div class="figures">${figures.map((figure) => figureHtml(name, title, figure)).join("\n")}</div>` : ""}
${notes.length > 0 ? `<ul class="quiet">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>` : ""}
</section>`;
}

function folded(title: string, html: string, rows: number): string {
  return rows > longTable ? `<details><summary>${title}: ${rows} rows</summary>${html}</details>` : html;
}

function figureHtml(name: string, title: string, figure: string): string {
  const svg = readFileSync(packagePath(folder, name, `${figure}.svg`), "utf8").slice(0, 400);
  const [width, height] = ["width", "height"].map(
    (side) => new RegExp(` ${side}="(\\d+)`).exec(svg)?.[1] ?? "",
  );
  const words = `${title}: ${figure.replace(/-/g, " ")}`;
  const image = (kind: string, ending: string) =>
    `<img class="${kind}" src="results/${name}-${figure}${ending}" alt="${escapeHtml(words)}" width="${width}" height="${height}" loading="lazy">`;
  const broad = Number(width) > 720 ? " broad" : "";
  return `<figure class="wide${broad}">${image("on-light", ".svg")}${image("on-dark", "-dark.svg")}</figure>`;
}

/** Without columns that hold nothing. */
function withoutEmpty({ columns, rows }: Table): Table {
  const isFull = columns.map((_, i) => rows.some((row) => row[i] !== null && row[i] !== ""));
  return {
    columns: columns.filter((_, i) => isFull[i]),
    rows: rows.map((row) => row.filter((_, i) => isFull[i])),
  };
}

/** Numbers stand at the right, with their heads. */
function tableHtml(table: Table, label: string): string {
  const { heads: columns, rows, sides } = cellTexts(withoutEmpty(table));
  const cell = (tag: string, text: string, i: number) =>
    `<${tag}${tag === "th" ? ' scope="col"' : ""}${sides[i] === "right" ? ' class="figure"' : ""}>${escapeHtml(text)}</${tag}>`;
  const head = columns.map((column, i) => cell("th", column, i)).join("");
  const body = rows.map((row) => `<tr>${row.map((text, i) => cell("td", text, i)).join("")}</tr>`);
  return wide(
    `<table><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table>`,
    escapeHtml(label),
  );
}
