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

const drawn = `[...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .js-plotly-plot')].length`;
const players = `[...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) button[aria-label^="play "]')].length`;

/** A notebook with many figures is small, draws them all, and again when it is opened anew. */
export function figureScenes(lab: () => Lab, name: string): void {
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
}
