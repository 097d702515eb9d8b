import assert from "node:assert/strict";
import type { Lab } from "../lab";

const here = ".jp-NotebookPanel:not(.lm-mod-hidden)";

/** A kernel has just been restarted: the widgets in front say so, and can't be clicked; the page loaded again shows their stills alone. */
export async function restartScene({ page, picture, reload }: Lab): Promise<void> {
  await page.until(
    `document.querySelector('${here} .smitin-lab .sm-asleep-note')?.textContent === "Kernel restarted: run this cell again."`,
  );
  const selected = `document.querySelector('${here} [data-head="0"]').getAttribute("aria-selected")`;
  const before = await page.value(selected);
  await page.click(`${here} [data-head="0"]`);
  assert.equal(await page.value(selected), before);
  await picture("restarted");
  await reload();
  const output = `document.querySelector('${here} .jp-OutputArea').innerText.trim()`;
  await page.until(`/Run this cell in Jupyter to use it\\.$/.test(${output})`);
  await picture("restarted-reloaded");
}
