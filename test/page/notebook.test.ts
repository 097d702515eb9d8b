import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { packagePath } from "../../lib/disk/packageRoot";
import { readNotebook } from "../../lib/kernel/notebookFile";
import { sourceOf } from "../../lib/kernel/notebookFormat";
import { parseNotebook } from "../../lib/kernel/parseNotebook";
import { findChromium, type Page, startBrowser, type Watched, whyNoChromium } from "../jupyter/browser";
import { type OpenSite, openSite } from "./openSite";

const chromium = findChromium();
const skip = whyNoChromium(chromium);

let site: OpenSite;
let page: Page;
let watched: Watched;
before(async () => {
  if (!chromium) return;
  site = await openSite({ reading: false, notebooks: true });
  page = await startBrowser(chromium);
  watched = await page.watch();
});
after(async () => {
  await page?.close();
  site?.close();
});

const name = "01-inside-and-steering";
const isLive = "document.documentElement.dataset.live";
const cell = (i: number) => `[...document.querySelectorAll('.cell.code')][${i}]`;
const stateOf = (i: number) => `${cell(i)}.dataset.state`;
const textOf = (i: number) => `${cell(i)}.querySelector('.outputs').textContent`;

async function open(file = name): Promise<void> {
  await page.open("about:blank");
  await page.open(`${site.served.address}notebooks/${file}.html`);
  await page.until(isLive, 60);
}

/** Put a cell's text in the place of what stands there, as by typing. */
async function write(i: number, text: string): Promise<void> {
  await page.value(`(() => {
    ${cell(i)}.querySelector('.cm-content').focus();
    document.execCommand('selectAll');
    document.execCommand('insertText', false, ${JSON.stringify(text)});
  })()`);
  await page.until(`${cell(i)}.querySelector('.cm-content').textContent.length > 0`, 5);
}

async function start(i: number): Promise<void> {
  await page.value(`${cell(i)}.querySelector('.run').click()`);
}

/** Run a cell to its end. */
async function run(i: number, seconds = 90): Promise<{ state: string; text: string }> {
  await start(i);
  await page.until(`['done', 'failed'].includes(${stateOf(i)})`, seconds);
  return { state: await page.value(stateOf(i)), text: await page.value(textOf(i)) };
}

const press = (label: string) =>
  page.value(
    `[...document.querySelectorAll('.toolbar button')].find((one) => one.textContent === '${label}').click()`,
  );

test("a notebook is read with its outputs before anything runs, and a cell's last value is shown", {
  skip,
}, async () => {
  await open();
  assert.match(await page.value("document.querySelector('h1').textContent"), /^1\. Looking inside/);
  assert.ok((await page.value<number>("document.querySelectorAll('img.still').length")) >= 4);
  assert.deepEqual(
    watched.requests.filter((url) => /compiler|cells|plotly/.test(url)),
    [],
  );
  const { state, text } = await run(0);
  assert.equal(state, "done");
  assert.match(text, /6 layers of 8 heads/);
});

test("axe finds nothing wrong with a notebook, by day and by night", { skip }, async () => {
  const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  await page.value(`${axe}; 0`);
  for (const theme of ["light", "dark"] as const) {
    await page.look({ width: 1280, height: 900, theme });
    const found = await page.value<
      string[]
    >(`axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + " " + target)))`);
    assert.deepEqual(found, [], theme);
  }
});

test("errors stand at the cell's line, of the checker and of what runs; what needs Node says so", {
  skip,
}, async () => {
  await write(1, 'const two: number = 2;\nconst wrong: number = "two";');
  assert.match((await run(1)).text, /line 2: Type 'string' is not assignable to type 'number'/);
  await write(1, 'const two = 2;\nfunction fail(): never {\n  throw new RangeError("too far");\n}\nfail();');
  const { state, text } = await run(1);
  assert.equal(state, "failed");
  assert.match(text, /^RangeError: too far/);
  assert.match(text, /at fail \(cell \d+, line 3\)\n\s+at cell \d+, line 5\n/);
  assert.doesNotMatch(text, /https?:/);
  await write(1, 'import { readFileSync } from "node:fs";\nreadFileSync("x")');
  assert.match(
    (await run(1)).text,
    /line 1: "node:fs" is Node's, and a page has none: run this notebook in Jupyter/,
  );
  await write(1, 'import { openLab } from "../experiments/paper/shared/openLab";\nawait openLab()');
  assert.match((await run(1)).text, /reads and writes this machine's disk, which a page does not/);
  await write(1, "process.cwd()");
  assert.match((await run(1)).text, /Cannot find name 'process': it is Node's, and a page has none/);
});

test("cells share one live scope; what they print and show is theirs", { skip }, async () => {
  await write(1, "let alpha = 5;\nconst double = () => 2 * alpha;");
  assert.equal((await run(1)).state, "done");
  await write(2, 'alpha = 21;\nconsole.log("printed", [1, 2]);\ndouble()');
  assert.match((await run(2)).text, /printed \[ 1, 2 \]\s*42/);
});

test("an interrupt ends a cell that waits and keeps the values; one that is deaf is ended by force", {
  skip,
}, async () => {
  await write(2, "for (;;) await new Promise((next) => setTimeout(next, 5));");
  await start(2);
  await page.until(
    `${stateOf(2)} === 'runs' && /Running/.test(document.querySelector('.status').textContent)`,
    30,
  );
  await press("Interrupt");
  await page.until(`${stateOf(2)} === 'failed'`, 10);
  assert.match(await page.value(textOf(2)), /Interrupted/);
  await write(2, "double() + 1");
  assert.match((await run(2)).text, /43/);

  await write(2, "for (;;) Math.sqrt(2);");
  await start(2);
  await page.until(
    `${stateOf(2)} === 'runs' && /Running/.test(document.querySelector('.status').textContent)`,
    30,
  );
  await press("Interrupt");
  await page.until("/does not stop by itself/.test(document.querySelector('.status').textContent)", 10);
  await press("Interrupt");
  await page.until(`${stateOf(2)} === 'failed'`, 10);
  assert.match(await page.value(textOf(2)), /stopped by force; all values are gone/);
  await write(2, "double()");
  assert.match((await run(2)).text, /Cannot find name 'double'/);
});

test("names are completed and explained by the compiler", { skip }, async () => {
  await write(2, 'import { trainProbes } from "../lib";\ntrainPr');
  await page.value(`(() => {
    const content = ${cell(2)}.querySelector('.cm-content');
    content.focus();
    getSelection().selectAllChildren(content);
    getSelection().collapseToEnd();
    document.execCommand('insertText', false, 'o');
  })()`);
  await page.until("/trainProbes/.test(document.querySelector('.cm-tooltip-autocomplete')?.textContent)", 20);
  await page.press("Escape");
});

test("edits are there after a reload; the notebook goes to Jupyter as a file and comes back", {
  skip,
}, async () => {
  await write(2, "const kept = 6 * 7;\nkept");
  await open();
  assert.equal(
    await page.value(`${cell(2)}.querySelector('.cm-content').innerText.trim()`),
    "const kept = 6 * 7;\nkept",
  );
  assert.match((await run(2)).text, /42/);
  await page.value(`(() => {
    const before = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      blob.text().then((text) => { window.downloaded = text; });
      return before.call(URL, blob);
    };
    HTMLAnchorElement.prototype.click = () => {};
  })()`);
  await press("Download");
  const text = await page.until<string>("window.downloaded", 10);
  const notebook = parseNotebook(text, "downloaded");
  const code = notebook.cells.filter((each) => each.cell_type === "code");
  assert.equal(sourceOf(code[2]), "const kept = 6 * 7;\nkept");
  assert.match(JSON.stringify(code[2].outputs), /42.*execute_result/);
  assert.equal((notebook.metadata.kernelspec as { name: string }).name, "smitin-lab");

  const own = {
    ...notebook,
    cells: [
      { id: "a", cell_type: "code", metadata: {}, source: "6 + 1", outputs: [], execution_count: null },
    ],
  };
  await page.value(`(() => {
    const all = new DataTransfer();
    all.items.add(new File([${JSON.stringify(JSON.stringify(own))}], 'mine.ipynb'));
    const input = document.querySelector('.toolbar input');
    input.files = all.files;
    input.dispatchEvent(new Event('change'));
  })()`);
  await page.until(
    `location.hash === '#file=mine.ipynb' && document.querySelectorAll('.cell').length === 1 && ${isLive}`,
    30,
  );
  assert.match((await run(0)).text, /7/);
  await page.value(`(() => {
    const all = new DataTransfer();
    all.items.add(new File(['words'], 'words.ipynb'));
    const input = document.querySelector('.toolbar input');
    input.files = all.files;
    input.dispatchEvent(new Event('change'));
  })()`);
  await page.until(
    "/^words.ipynb: expected a Jupyter notebook of format 4, found no JSON/.test(document.querySelector('.told')?.textContent)",
    10,
  );
});

test("a widget answers, and says when its worker is gone", { skip }, async () => {
  await open();
  await write(
    0,
    `import { decodeProbes, headPicker } from "../lib";
const probes = decodeProbes(await (await fetch("examples/piano.json")).text(), "piano.json");
const picker = headPicker(probes, { top: 3 });
picker`,
  );
  assert.equal((await run(0)).state, "done");
  await write(1, "const heads = await picker.selection;\nheads.length");
  await start(1);
  await page.until("/Running/.test(document.querySelector('.status').textContent)", 30);
  await page.click(".sm-grid td:nth-of-type(1) button, .sm-picker td button, .sm-picker td", { seconds: 30 });
  await page.value(
    "[...document.querySelectorAll('.smitin-lab button')].find((one) => one.textContent === 'Use selection').click()",
  );
  await page.until(`${stateOf(1)} === 'done'`, 60);
  assert.match(await page.value(textOf(1)), /[24]/);
  await press("Restart");
  await page.until("/run this cell again/.test(document.querySelector('.smitin-lab').textContent)", 10);
});

test("the whole of notebook 01 runs, with fewer clips", { skip }, async () => {
  const notebook = readNotebook(packagePath("notebooks", `${name}.ipynb`));
  const small = notebook.cells.map((each) => ({
    id: each.id,
    cell_type: each.cell_type,
    source: sourceOf(each)
      .replace("count: 200", "count: 12")
      .replace("count: 24", "count: 2")
      .replace("[5, 10, 20]", "[20]")
      .replace(/seconds: [56]/g, "seconds: 2"),
  }));
  await page.value(
    `localStorage.setItem('smitin-notebook:${name}', ${JSON.stringify(JSON.stringify(small))})`,
  );
  await open();
  await press("Run all");
  const all = "[...document.querySelectorAll('.cell.code')]";
  await page.until(`${all}.every((one) => ['done', 'failed'].includes(one.dataset.state))`, 200);
  const failed = `${all}.filter((one) => one.dataset.state === 'failed').map((one) => one.innerText)`;
  assert.deepEqual(await page.value(failed), []);
  await page.until("document.querySelectorAll('.js-plotly-plot').length >= 4", 30);
  await page.until(
    "document.querySelectorAll('figure canvas, figure [part]').length > 0 || document.querySelectorAll('figure button').length >= 8",
    30,
  );
  assert.match(
    await page.value("document.querySelector('.kept summary').textContent"),
    /\d+ files written by cells/,
  );
  await page.look({ width: 320, height: 800, theme: "dark" });
  assert.ok((await page.value<number>("document.documentElement.scrollWidth")) <= 320);
});

test("it asks nobody else for anything and complains of nothing", { skip }, () => {
  assert.deepEqual(
    watched.requests.filter((url) => !url.startsWith(site.served.address) && !/^(about|blob):/.test(url)),
    [],
  );
  assert.deepEqual(watched.complaints, []);
});
