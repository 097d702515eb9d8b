import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { JSDOM } from "jsdom";
import type { NotebookCell, NotebookFile, SavedOutput } from "../../lib/kernel/notebookFile";
import { notebookPage } from "../../lib/kernel/webpage/page";
import { bundleOf } from "../../lib/notebook/bundle";
import { soundBundle } from "../../lib/notebook/listen";
import type { MimeBundle } from "../../lib/notebook/output";

const folder = mkdtempSync(join(tmpdir(), "webpage-"));
after(() => rmSync(folder, { recursive: true }));

describe("a notebook as a web page", () => {
  test("renders Markdown with anchors, a table of contents, formulas and code in colours", () => {
    const { document, text } = page([
      markdown("# Heads & `<tails>`\n\nOne *word*, $\\theta_i$, and $5 to $6."),
      markdown("## Same\n\n```ts\nconst a = 1;\n```\n\n```\n<plain>\n```"),
      markdown("## Same\n### `code` below"),
    ]);
    assert.equal(document.title, "Heads & <tails>");
    const links = [...document.querySelectorAll("nav.beside a")] as HTMLAnchorElement[];
    assert.deepEqual(
      links.map((link) => [link.getAttribute("href"), link.textContent]),
      [
        ["#same", "Same"],
        ["#same-2", "Same"],
        ["#code-below", "code below"],
      ],
    );
    for (const link of links) assert.ok(document.getElementById(link.getAttribute("href")!.slice(1)));
    assert.equal(document.querySelectorAll("math msub").length, 1);
    assert.match(document.querySelector("section p")!.textContent!, /and \$5 to \$6\.$/);
    const [code, plain] = document.querySelectorAll("pre.code");
    assert.equal(code.querySelector(".tok-keyword")!.textContent, "const");
    assert.equal(plain.textContent, "<plain>");
    assert.ok(!text.includes("http://") && !text.includes('src="http'), "nothing from elsewhere");
  });

  test("takes images into the page and leads links to where files lie from there", () => {
    writeFileSync(join(folder, "dot.png"), "png");
    const cell = {
      ...markdown("![dot](dot.png) ![mine](attachment:a.png) ![far](https://example.org/a.png)"),
    };
    cell.attachments = { "a.png": { "image/png": "QUJD" } };
    const { document } = page([
      cell,
      markdown("[beside](other.ipynb) [far](https://example.org) [here](#there)"),
    ]);
    const sources = [...document.querySelectorAll("img")].map(({ src }) => src);
    assert.deepEqual(sources, ["data:image/png;base64,cG5n", "data:image/png;base64,QUJD"]);
    const links = [...document.querySelectorAll("section a")].map((link) => link.getAttribute("href"));
    assert.deepEqual(links, ["https://example.org/a.png", "../other.ipynb", "https://example.org", "#there"]);
  });

  test("shows code in colours, folded when it is long, and outputs in their best form, text escaped", () => {
    const { document } = page([
      code("const a: number = 1;", [
        { output_type: "stream", name: "stdout", text: "\u001b[1m<b>\u001b[0m\n" },
        { output_type: "stream", name: "stderr", text: "aside" },
        display({ "text/plain": "plain", "text/html": "<i>rich</i>" }),
        display({ "image/png": "QUJD\n", "text/plain": "[figure: <one>]" }),
        display({ "text/markdown": ["**bold**", " text"], "text/plain": "" }),
        display({ "application/json": { a: ["<", 1] } }),
        display({ "application/vnd.jupyter.widget-view+json": { model_id: "1" }, "text/plain": "" }),
      ]),
      code(Array.from({ length: 13 }, (_, i) => `// ${i}`).join("\n"), []),
      code("", []),
    ]);
    const sources = [...document.querySelectorAll("details.source")] as HTMLDetailsElement[];
    assert.deepEqual(
      sources.map(({ open, textContent }) => [open, textContent!.split("\n")[0]]),
      [
        [true, "Cell 1, 1 lineconst a: number = 1;"],
        [false, "Cell 2, 13 lines// 0"],
      ],
    );
    const outputs = [...document.querySelectorAll(".output")];
    assert.equal(outputs.length, 6, "an output with nothing to show takes no space");
    assert.equal(outputs[0].textContent, "<b>");
    assert.ok(outputs[1].querySelector("pre.stderr"));
    assert.equal(outputs[2].innerHTML, '<div class="html"><i>rich</i></div>');
    const image = outputs[3].querySelector("img")!;
    assert.deepEqual([image.src, image.alt], ["data:image/png;base64,QUJD", "[figure: <one>]"]);
    assert.equal(outputs[4].querySelector("strong")!.textContent, "bold");
    assert.equal(JSON.parse(outputs[5].textContent!).a[0], "<");
  });

  test("shows an error with its traceback, and progress as a line", () => {
    const { document } = page([
      code("nope()", [
        {
          output_type: "error",
          ename: "RangeError",
          evalue: "seed <0>",
          traceback: ["\u001b[31mRangeError: seed <0>", "    at cell 1, line 1"],
        },
        display({ "text/html": '<div class="smitin-progress"><div></div></div>', "text/plain": "songs 2/2" }),
      ]),
    ]);
    const error = document.querySelector(".error")!;
    assert.equal(error.querySelector("p")!.textContent, "RangeError: seed <0>");
    assert.equal(error.querySelector("pre")!.textContent, "    at cell 1, line 1");
    assert.equal(document.querySelector("p.note")!.textContent, "songs 2/2");
    assert.equal(document.querySelector(".smitin-progress"), null);
  });

  test("brings each browser library once, whichever outputs brought it before, and none that nothing draws with", async () => {
    const figure = { data: [{ type: "scatter" as const, y: [1, 2] }], layout: { width: 300, height: 200 } };
    const drawn = await bundleOf(figure);
    const sound = soundBundle({ samples: new Float32Array(80), sampleRate: 8000 });
    const bare = {
      "text/html": String(sound["text/html"]).replace(/smitinLab\.provide\("\w+", \[[^\]]*\]\);/, ""),
    };
    const both = page([
      code("figure", [display(drawn), display(drawn)]),
      code("sound", [display(bare)]),
    ]).text;
    const provided = [...both.matchAll(/smitinLab\.provide\("(\w+)", \[/g)].map(([, library]) => library);
    assert.deepEqual(provided, ["plotly", "wavesurfer"]);
    assert.ok(!page([code("1", [])]).text.includes("smitinLab.provide("));
  });

  test("is the same page for the same notebook", () => {
    const cells = [markdown("# One"), code("1", [display({ "text/plain": "1" })])];
    assert.equal(page(cells).text, page(cells).text);
  });
});

function page(cells: NotebookCell[]) {
  const notebook: NotebookFile = {
    cells: structuredClone(cells).map((cell, i) => ({ ...cell, id: `${i}`, execution_count: i + 1 })),
    metadata: { language_info: { name: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const text = notebookPage(notebook, join(folder, "one.ipynb"), join(folder, "out/one.html"));
  return { text, document: new JSDOM(text).window.document };
}

function markdown(source: string): NotebookCell {
  return { id: "", cell_type: "markdown", source, metadata: {} };
}

function code(source: string, outputs: SavedOutput[]): NotebookCell {
  return { id: "", cell_type: "code", source, metadata: {}, outputs, execution_count: null };
}

function display(data: MimeBundle): SavedOutput {
  return { output_type: "display_data", data, metadata: {} };
}
