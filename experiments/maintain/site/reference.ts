import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { packagePath } from "../../../lib/disk/packageRoot";
import { escapeHtml } from "../../../lib/notebook/libraries";
import type { SiteFile } from "./docs";
import { filesOf } from "./filesOf";
import { readingPage } from "./frame";
import type { Links } from "./links";
import { plain, prose } from "./prose";

/**
 * The API reference: TypeDoc reads the docstrings and writes Markdown (typedoc-plugin-markdown), which is drawn as the docs are. The
 * first page has functions and types by the room of lib/ that they live in.
 */
export function referencePages(links: Links): SiteFile[] {
  const folder = mkdtempSync(join(tmpdir(), "smitin-reference-"));
  try {
    runTypedoc(folder);
    const entries = filesOf(folder)
      .filter((file) => file.endsWith(".md") && file !== "README.md")
      .map((file) => entryOf(file, readFileSync(join(folder, file), "utf8")));
    const pages = entries.map((entry) => entryPage(entry, links));
    return [{ address: "api/index.html", text: indexPage(entries) }, ...pages];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runTypedoc(folder: string): void {
  const typedoc = join(dirname(require.resolve("typedoc/package.json")), "bin/typedoc");
  const options = [
    ...["--entryPoints", "lib/index.ts", "--out", folder, "--logLevel", "Warn"],
    ...["--plugin", "typedoc-plugin-markdown", "--plugin", "typedoc-plugin-missing-exports"],
    ...["--hidePageHeader", "true", "--hideBreadcrumbs", "true", "--disableSources", "false"],
    ...["--sourceLinkTemplate", "{path}"],
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [typedoc, ...options], {
    cwd: packagePath(),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`typedoc: ${stderr || stdout}`);
}

interface Entry {
  /** From the reference's folder, such as "functions/generate.html". */
  address: string;
  name: string;
  kind: string;
  /** The first folder of lib/ that it is defined in. */
  room: string;
  file?: string;
  text: string;
}

/** What one page of Markdown is about. */
function entryOf(file: string, text: string): Entry {
  const [, kind = "", title = file] = /^# ([A-Z][\w ]*): (.+)$/m.exec(text) ?? [];
  const [, place] = /^Defined in: (?:\[)?([\w./-]+\.ts)/m.exec(text) ?? [];
  const path = place && (place.startsWith("lib/") ? place : `lib/${place}`);
  const room = path?.split("/").length === 3 ? path.split("/")[1] : (path?.split("/")[1] ?? "");
  return {
    address: file.replace(/\.md$/, ".html"),
    name: title.replace(/\(\)$|\\/g, "").replace(/<.*/, ""),
    kind: kind.toLowerCase(),
    room: room.endsWith(".ts") ? "" : room,
    file: path,
    text,
  };
}

function entryPage({ address, name, file, text }: Entry, links: Links): SiteFile {
  const page = `api/${address}`;
  const root = "../".repeat(page.split("/").length - 1);
  const words = text
    .replace(/^Defined in: .*$/m, "")
    .replace(/^\*\*\*$/gm, "")
    .replace(/^Defined in: .*\n/gm, "")
    .replace(
      /\]\(((?:\.\.\/)*[\w/-]+)\.md(#[\w-]*)?\)/g,
      (_, to, at = "") => `](reference:${to}.html${headingId(at)})`,
    );
  const { html } = prose(words, "lib/index.ts", page, links);
  const from = file && links.to(file, page);
  const body = `<article class="prose reference">${html.replaceAll('href="reference:', 'href="')}
${from ? `<p class="quiet">Defined in <a href="${from}">${file}</a>.</p>` : ""}
<p><a href="${posix.relative(dirname(address), "index.html")}">All functions and types</a></p></article>`;
  const title = `${name}: SMITIN Lab's API`;
  const description = briefOf(text) || `${name} of SMITIN Lab.`;
  return { address: page, text: readingPage({ title, description, root, place: "api", body }) };
}

/** TypeDoc's fragment as the headings of this site have it (lib/kernel/webpage/markdown.ts). */
function headingId(fragment: string): string {
  const id = fragment
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return id && `#${id}`;
}

/** The first sentence that says what it is. */
function briefOf(text: string): string {
  const lines = text.split("\n\n").slice(1);
  const said = lines.find((part) => /^[A-Z`*]/.test(part) && !/^(> |#|Defined in|\*\*)/.test(part.trim()));
  return plain(
    (said ?? "")
      .replace(/\s+/g, " ")
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[`*\\]/g, ""),
  ).split(/(?<=\.) (?=[A-Z])/)[0];
}

const rooms = [
  ["", "Models"],
  ["audio", "Sound"],
  ["music", "Music: the band, data sets, clips"],
  ["model", "The model"],
  ["probes", "Probes"],
  ["steering", "Steering"],
  ["judges", "Judges"],
  ["sweep", "Sweeps"],
  ["figures", "Figures"],
  ["live", "Takes while they are made"],
  ["notebook", "In notebooks"],
  ["stills", "Figures as files"],
  ["disk", "Files"],
  ["hub", "From Hugging Face"],
  ["queue", "Many machines"],
  ["math", "Statistics and chance"],
  ["engine", "Engines"],
  ["jobs", "Work that takes long"],
  ["files", "Bytes and folders"],
];

function indexPage(entries: Entry[]): string {
  const known = new Set(rooms.map(([room]) => room));
  const all = [
    ...rooms,
    ...[...new Set(entries.map(({ room }) => room))]
      .filter((room) => !known.has(room))
      .map((room) => [room, room]),
  ];
  const sections = all.map(([room, title]) => {
    const here = entries.filter((entry) => entry.room === room);
    if (here.length === 0) return "";
    const functions = here.filter(
      ({ kind }) => kind === "function" || kind === "variable" || kind === "class",
    );
    const types = here.filter((entry) => !functions.includes(entry));
    const row = (entry: Entry) =>
      `<tr><td><a href="${entry.address}"><code>${escapeHtml(entry.name)}</code></a></td><td>${escapeHtml(briefOf(entry.text))}</td></tr>`;
    const table = (part: Entry[], head: string) =>
      part.length === 0
        ? ""
        : `<div class="wide" role="region" aria-label="${title}: ${head.toLowerCase()}"><table><thead><tr><th scope="col">${head}</th><th scope="col">What it is</th></tr></thead><tbody>${part.map(row).join("\n")}</tbody></table></div>`;
    return `<h2 id="room-${room || "models"}">${title}</h2>${table(functions, "Functions")}${types.length > 0 ? `<details><summary>Types: ${types.length}</summary>${table(types, "Types")}</details>` : ""}`;
  });
  const body = `<article class="prose reference"><h1>API reference</h1>
<p>All that <code>smitin-lab</code> exports, from the docstrings. Most of it is in <code>smitin-lab/browser</code> too, all but files, notebooks and queues.</p>
${sections.join("\n")}</article>`;
  const description = "Functions and types of SMITIN Lab.";
  return readingPage({ title: "API: SMITIN Lab", description, root: "../", place: "api", body });
}
