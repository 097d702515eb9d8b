import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { ownPython } from "../../experiments/lab/environment";
import { type LabServer, startServer } from "../../experiments/lab/server";
import { kernelName } from "../../lib/kernel/kernelSpec";
import { findChromium, findPython, type Page, startBrowser } from "./browser";

const repository = resolve(__dirname, "../..");
const chromium = findChromium();
const python = findPython();
const skip =
  chromium && python
    ? false
    : "needs Chromium and a Python with JupyterLab and anywidget (SMITIN_CHROMIUM, SMITIN_PYTHON)";

const cells = [
  `import { headPicker } from "${repository}/lib/notebook/widgets/headPicker";
import { handmade } from "${repository}/test/steering/probes";
const picker = headPicker([handmade(), handmade([0.9, 0.8, 0.7, 0.6], "piano")], { top: 1 });
picker`,
  '"chosen: " + JSON.stringify(await picker.selection)',
];

describe("in JupyterLab", { skip }, () => {
  const scratch = mkdtempSync(join(tmpdir(), "lab-"));
  let server: LabServer;
  let page: Page;
  before(async () => {
    const notebook = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: kernelName, display_name: "SMITIN Lab" } },
      cells: cells.map((source, i) => {
        return {
          cell_type: "code",
          id: `cell-${i}`,
          metadata: {},
          execution_count: null,
          outputs: [],
          source,
        };
      }),
    };
    writeFileSync(join(scratch, "picker.ipynb"), JSON.stringify(notebook));
    server = await startServer(ownPython(python!, join(scratch, "lab")), {
      root: scratch,
      browser: false,
      quiet: true,
      settings: ["--LabApp.expose_app_in_browser=True"],
    });
    page = await startBrowser(chromium!);
  });
  after(async () => {
    if (process.env.SMITIN_SCREENSHOT) await page?.picture(process.env.SMITIN_SCREENSHOT);
    await page?.close();
    await server?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  const selected = `[...document.querySelectorAll('.smitin-lab table')].map((table) =>
    [...table.querySelectorAll('[aria-selected="true"]')].map((cell) => Number(cell.dataset.head)).sort())`;

  it("heads selected with the mouse arrive in the cell that waits for them, and live on after a reload", async () => {
    await page.open(server.url.replace("/lab/tree/notebooks", "/lab/tree/picker.ipynb"));
    await page.until(
      "window.jupyterapp && document.querySelectorAll('.jp-Notebook .jp-CodeCell').length === 2",
    );
    await page.until("jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'");
    await page.value("void jupyterapp.commands.execute('notebook:run-all-cells')");
    await page.until(`${selected}.length === 2`);
    assert.deepEqual(await page.value(selected), [[3], [0]]);
    await page.click('table[aria-label="heads, drums"] [data-head="0"]');
    await page.click('table[aria-label="heads, piano"] [data-head="3"]', { shift: true });
    assert.deepEqual(await page.value(selected), [
      [0, 3],
      [0, 1, 2, 3],
    ]);
    await page.click('.smitin-lab button[title^="hand the selected"]');
    const text = await page.until<string>(
      "[...document.querySelectorAll('.jp-OutputArea-output')].map((one) => one.textContent).find((one) => one.includes('chosen'))",
    );
    const { drums, piano } = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
    assert.deepEqual(drums, [
      { layer: 1, head: 1 },
      { layer: 0, head: 0 },
    ]);
    assert.equal(piano.length, 4);

    await page
      .value("jupyterapp.commands.execute('docmanager:save').then(() => location.reload())")
      .catch(() => {});
    await page.until(`window.jupyterapp && ${selected}.length === 2`);
    assert.deepEqual(await page.value(selected), [
      [0, 3],
      [0, 1, 2, 3],
    ]);
    await page.click('table[aria-label="heads, drums"] [data-head="0"]');
    await page.until(`${selected}[0].length === 1`);
  });
});
