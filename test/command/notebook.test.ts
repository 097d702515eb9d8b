import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { readNotebook } from "../../lib/kernel/notebookFile";
import { findChromium, type Page, startBrowser, type Watched, whyNoChromium } from "../jupyter/browser";
import { openWorkspace, type Workspace } from "./smitin";

const chromium = findChromium();
const repository = join(__dirname, "../..");
const library = join(repository, "lib/notebook");

/** Text, a table, a figure, two sounds, HTML, printing, and a long cell. */
const cells = [
  ["markdown", "# A small notebook\n\nWith $C(t)$ in it."],
  ["markdown", "## What it shows"],
  [
    "code",
    `import { display } from "${library}/display";\nimport { listen } from "${library}/listen";\nconsole.log("printed");`,
  ],
  ["code", 'display({ data: [{ type: "scatter", y: [1, 3, 2] }], layout: { width: 700, height: 300 } });'],
  ["code", 'display({ data: [{ type: "bar", y: [1, 3] }], layout: { width: 300, height: 200 } });'],
  [
    "code",
    "const tone = (hertz: number) => ({ sampleRate: 16000, samples: Float32Array.from({ length: 8000 }, (_, i) => Math.sin((i * hertz) / 2546) / 2) });\n" +
      "listen({ low: tone(220), high: tone(440) })",
  ],
  ["markdown", "## The end"],
  ["code", Array.from({ length: 20 }, (_, i) => `const line${i} = ${i};`).join("\n")],
];

describe("smitin run and smitin render", () => {
  let workspace: Workspace;
  before(() => {
    workspace = openWorkspace();
    workspace.write("package.json", "{}");
    for (const name of ["node_modules", "tsconfig.json"])
      symlinkSync(join(repository, name), workspace.path(name));
    workspace.write("small.ipynb", notebook(cells));
  });
  after(() => workspace?.clear());

  test("run leaves the notebook with its outputs, and a page whose path is the last line", async () => {
    const { code, stdout, stderr } = await workspace.run("run small.ipynb --out made");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.equal(stdout.trimEnd().split("\n").at(-1), workspace.path("made/small.html"));
    const { outputs } = readNotebook(workspace.path("made/small.ipynb")).cells[2];
    assert.deepEqual(outputs, [{ output_type: "stream", name: "stdout", text: "printed\n" }]);
    const page = readFileSync(workspace.path("made/small.html"), "utf8");
    assert.ok(page.length < 2.5e6, `${page.length} bytes`);
    assert.equal(
      readFileSync(workspace.path("small.ipynb"), "utf8"),
      notebook(cells),
      "the notebook is as it was",
    );
  });

  test("render makes the same page of the notebook with outputs", async () => {
    const { code, stdout } = await workspace.run("render made/small.ipynb --out again/small.html");
    assert.equal(code, 0);
    assert.equal(stdout.trimEnd().split("\n").at(-1), workspace.path("again/small.html"));
    const [first, again] = ["made", "again"].map((name) =>
      readFileSync(workspace.path(`${name}/small.html`), "utf8"),
    );
    assert.equal(again, first);
  });

  test("a failing cell is named, and the page has it", async () => {
    workspace.write("wrong.ipynb", notebook([["code", 'console.log("before");\nnope();']]));
    const { code, stderr } = await workspace.run("run wrong.ipynb --out made");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^smitin: cell 1 failed: TypeScriptError: .*; outputs up to there are in .*wrong\.html\n$/,
    );
    assert.match(readFileSync(workspace.path("made/wrong.html"), "utf8"), /class="error"/);
  });

  test("what is no notebook, and a folder where the notebook would be written over, are refused", async () => {
    workspace.write("no.ipynb", "{");
    for (const [words, message] of [
      ["run small.ipynb", "expected another folder for the outputs than the notebook's own"],
      ["run no.ipynb --out made", "expected a Jupyter notebook of format 4"],
      ["render no.ipynb", "expected a Jupyter notebook of format 4"],
      ["render none.ipynb", "none.ipynb: expected a file, found nothing there"],
    ]) {
      const { code, stderr } = await workspace.run(words);
      assert.equal(code, 1, words);
      assert.ok(stderr.includes(message), `${words}: ${stderr}`);
    }
  });

  describe("the page in Chromium, opened as a file", {
    skip: whyNoChromium(chromium),
  }, () => {
    let page: Page;
    let seen: Watched;
    before(async () => {
      page = await startBrowser(chromium!);
      seen = await page.watch();
      await page.look({ width: 1280, height: 900, theme: "light" });
      await page.open(pathToFileURL(workspace.path("made/small.html")).href);
    });
    after(() => page?.close());

    test("draws its figures, loads its sounds and asks for nothing", async () => {
      await page.until(
        'document.querySelectorAll(".js-plotly-plot .main-svg .trace, .js-plotly-plot .main-svg .point").length > 0',
      );
      await page.until('document.querySelectorAll(".js-plotly-plot").length === 2');
      const loaded =
        '[...document.querySelectorAll("figure span")].filter((at) => at.textContent === "0.0 / 0.5 s")';
      await page.until(`${loaded}.length === 2`);
      assert.deepEqual(seen.requests, [pathToFileURL(workspace.path("made/small.html")).href]);
      assert.deepEqual(seen.complaints, []);
    });

    test("plays one sound at a time", async () => {
      const playing = `[...document.querySelectorAll('button[aria-label^="play "]')].map((at) => at.getAttribute("aria-pressed"))`;
      await page.click('[aria-label="play low"]');
      await page.until(`${playing}[0] === "true"`);
      await page.click('[aria-label="play high"]');
      await page.until(`JSON.stringify(${playing}) === '["false","true"]'`);
      await page.until(`JSON.stringify(${playing}) === '["false","false"]'`); // after half a second
    });

    test("unfolds long code, by its heading and all at once", async () => {
      const open = '[...document.querySelectorAll("details.source")].map((at) => at.open).at(-1)';
      assert.equal(await page.value(open), false);
      await page.click("button.unfold");
      assert.equal(await page.value(open), true);
    });

    for (const width of [360, 1280])
      for (const theme of ["light", "dark"] as const)
        test(`is read at ${width} px, ${theme}, without scrolling sideways`, async () => {
          await page.look({ width, height: 900, theme });
          const [wide, inner] = await page.value<number[]>(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
          );
          assert.ok(wide <= inner, `${wide} > ${inner}`);
          await page.value("new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))"); // players follow
          const contrasts = await page.value<[string, number][]>(contrastScript);
          assert.ok(contrasts.length > 5);
          for (const [what, contrast] of contrasts) assert.ok(contrast >= 4.5, `${what}: ${contrast}`);
        });
  });
});

/** The contrast of each kind of text with the page or the surface behind it. Source: WCAG 2.2, relative luminance. */
const contrastScript = `(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (text) => {
    const [r, g, b] = rgb(text).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (at) => {
    const colour = getComputedStyle(at).backgroundColor;
    return rgb(colour)[3] === 0 ? (at.parentElement ? behind(at.parentElement) : "rgb(255, 255, 255)") : colour;
  };
  const kinds = ["h1", "p", "summary", "nav a", "pre.code", "pre.text", "figcaption", "figure span", "footer", "button.unfold",
    ".tok-keyword", ".tok-string", ".tok-number"];
  return kinds.flatMap((kind) => {
    const at = document.querySelector(kind);
    if (!at) return [];
    const [one, other] = [light(getComputedStyle(at).color), light(behind(at))].sort((a, b) => b - a);
    return [[kind, (one + 0.05) / (other + 0.05)]];
  });
})()`;

function notebook(sources: string[][]): string {
  const made = sources.map(([cell_type, source], i) => ({
    cell_type,
    id: `cell-${i}`,
    metadata: {},
    source,
    ...(cell_type === "code" && { outputs: [], execution_count: null }),
  }));
  return JSON.stringify({ cells: made, metadata: {}, nbformat: 4, nbformat_minor: 5 });
}
