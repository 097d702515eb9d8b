import assert from "node:assert/strict";
import { test } from "node:test";
import { type Lab, repository } from "../lab";

/** Two traits' heads in two layers of two. */
export const pickerCells = [
  `import { headPicker } from "${repository}/lib/notebook/widgets/headPicker";
import { handmade } from "${repository}/test/steering/probes";
const picker = headPicker([handmade(), handmade([0.9, 0.8, 0.7, 0.6], "piano")], { top: 1 });
picker`,
];

const here = ".jp-NotebookPanel:not(.lm-mod-hidden)";
const table = (trait: string) => `${here} table[aria-label="heads, ${trait}"]`;
const head = (trait: string, index: number) => `${table(trait)} [data-head="${index}"]`;
const selected = `[...document.querySelectorAll('${here} table[aria-label^="heads, "]')].map((table) =>
  [...table.querySelectorAll('[aria-selected="true"]')].map((cell) => Number(cell.dataset.head)).sort())`;

/** Wait until these heads of each trait are shown as selected. */
async function shows({ page }: Lab, wanted: number[][]): Promise<void> {
  await page
    .until(`JSON.stringify(${selected}) === ${JSON.stringify(JSON.stringify(wanted))}`, 60)
    .catch(() => {});
  assert.deepEqual(await page.value(selected), wanted);
}

/** Heads selected with mouse and keyboard arrive in the kernel, and those selected there in the page. */
export function pickerScenes(lab: () => Lab): void {
  test("heads selected with the mouse arrive in the cell that waits for them", async () => {
    const { page, kernel } = lab();
    await kernel("picker.selectTop(1);");
    await shows(lab(), [[3], [0]]);
    const answer = kernel("JSON.stringify(await picker.selection)");
    await page.click(head("drums", 0));
    await page.click(head("piano", 3), { shift: true });
    await shows(lab(), [
      [0, 3],
      [0, 1, 2, 3],
    ]);
    await page.click(head("drums", 3));
    await page.drag(head("drums", 2), head("drums", 1));
    await shows(lab(), [
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]);
    await page.click(`${here} input[aria-label="best K"]`, { at: 0.5 });
    await shows(lab(), [
      [2, 3],
      [0, 1, 2, 3],
    ]);
    await page.hover(head("drums", 3));
    await page.until(
      `document.querySelector('${here} .smitin-lab [role="status"]').textContent.startsWith("drums: layer 1, head 1: accuracy 90.0 %")`,
    );
    await page.click(`${here} button[title^="hand the selected"]`);
    const { drums, piano } = JSON.parse(await answer);
    assert.deepEqual(drums, [
      { layer: 1, head: 1 },
      { layer: 1, head: 0 },
    ]);
    assert.equal(piano.length, 4);
  });

  test("the keyboard selects too, and what TypeScript selects is shown", async () => {
    const { page, kernel } = lab();
    await kernel("picker.selectTop(1);");
    await shows(lab(), [[3], [0]]);
    await page.value(`document.querySelector('${table("drums")} [tabindex="0"]').focus()`);
    const inFocus = "Number(document.activeElement.dataset.head)";
    const start = await page.value<number>(inFocus);
    await page.press(start % 2 ? "ArrowLeft" : "ArrowRight");
    assert.equal(await page.value(inFocus), start % 2 ? start - 1 : start + 1);
    await page.value(`document.querySelector('${head("drums", 0)}').focus()`);
    await page.press(" ");
    await shows(lab(), [[0, 3], [0]]);
    const answer = kernel("JSON.stringify((await picker.selection).drums)");
    await page.until('jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === "busy"');
    await page.press("Enter");
    assert.equal(await answer, '[{"layer":1,"head":1},{"layer":0,"head":0}]');
  });
}

/** A head clicked now arrives in the kernel. */
export async function pickerLives(lab: Lab): Promise<void> {
  const { page, kernel } = lab;
  await kernel("picker.selectTop(1);");
  await shows(lab, [[3], [0]]);
  await page.click(head("drums", 1));
  await shows(lab, [[1, 3], [0]]);
  assert.equal(await kernel("String((picker.heads as { drums: unknown[] }).drums.length)"), "2");
}
