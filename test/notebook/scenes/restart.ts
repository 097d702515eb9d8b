import assert from "node:assert/strict";
import type { Lab } from "../lab";

const here = ".jp-NotebookPanel:not(.lm-mod-hidden)";

/** A kernel has just been restarted: the widgets in front say so, and can't be clicked. */
export async function restartScene({ page, picture }: Lab): Promise<void> {
  await page.until(
    `document.querySelector('${here} .smitin-lab .sm-asleep-note')?.textContent === "Kernel restarted: run this cell again."`,
  );
  const selected = `document.querySelector('${here} [data-head="0"]').getAttribute("aria-selected")`;
  const before = await page.value(selected);
  await page.click(`${here} [data-head="0"]`);
  assert.equal(await page.value(selected), before);
  await picture("restarted");
}
