import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { errorsOf, type Lab, repository } from "../lab";

const count = 20;

/** Twenty figures and two players, a cell each. */
export const figureCells = [
  `import { headGrid } from "${repository}/lib/figures/headGrid";
import { listen } from "${repository}/lib/notebook/listen";
import { handmade } from "${repository}/test/steering/probes";
const tone = { samples: Float32Array.from({ length: 16000 }, (_, i) => 0.3 * Math.sin(i / 9)), sampleRate: 16000 };`,
  ...Array.from(
    { length: count },
    (_, i) => `headGrid(handmade([0.5, 0.6, 0.7, ${0.7 + i / 100}]), { title: "Figure ${i}" })`,
  ),
  "listen({ tone, promptly: { audio: tone, promptFrames: 10, tokens: [new Int32Array(50)] } });",
];

const here = ".jp-NotebookPanel:not(.lm-mod-hidden)";
const drawn = `document.querySelectorAll('${here} .js-plotly-plot').length`;
const everywhere = "document.querySelectorAll('.js-plotly-plot').length";
const players = `document.querySelectorAll('${here} button[aria-label^="play "]').length`;

/** A notebook with many figures is small, draws them all, and again when it is opened anew, and behind another one. */
export function figureScenes(lab: () => Lab, name: string, other: string): void {
  test(`${count} figures are drawn in a notebook of less than 10 MB, and again after a reload`, async (t: TestContext) => {
    const { page, open, run, saved, reload, folder } = lab();
    await open(name);
    await run();
    await page.until(`${drawn} === ${count} && ${players} === 2`);
    const notebook = await saved();
    assert.deepEqual(errorsOf(notebook), []);
    const { size } = statSync(join(folder, name));
    t.diagnostic(`${count} figures and 2 players: ${(size / 1e6).toFixed(1)} MB`);
    assert.ok(size < 10e6, `${size} bytes`);
    await reload();
    await page.until(`${drawn} === ${count} && ${players} === 2`);
    await lab().picture("figures");
  });
  test("figures that arrive while another notebook is in front have title and subtitle apart", async () => {
    const { page, open, kernel } = lab();
    await open(name);
    await page.value(`jupyterapp.commands.execute("notebook:clear-all-cell-outputs").then(() => undefined)`);
    void kernel("await new Promise((on) => setTimeout(on, 2000));").catch(() => {});
    await page.value(`void (window.ran = jupyterapp.commands.execute("notebook:run-all-cells"))`);
    await open(other);
    assert.equal(await page.value(everywhere), 0);
    await page.value("ran.then(() => undefined)");
    await open(name);
    await page.until(`${drawn} === ${count} && ${players} === 2`);
    await lab().picture("figures-from-behind");
    const gaps = await page.value<
      number[]
    >(`[...document.querySelectorAll('${here} .js-plotly-plot')].map((plot) =>
      plot.querySelector(".gtitle-subtitle").getBoundingClientRect().top -
      plot.querySelector(".gtitle").getBoundingClientRect().bottom)`);
    assert.equal(gaps.length, count);
    for (const gap of gaps) assert.ok(gap > -4 && gap < 30, `${gaps}`);
  });
}
