import assert from "node:assert/strict";
import { test } from "node:test";
import type { NotebookFile } from "../../../lib/kernel/notebookFile";
import type { Lab } from "../lab";

const shown = `[...document.querySelectorAll('.jp-OutputArea-child:has([class^="smitin-still"])')]
  .filter((row) => row.getBoundingClientRect().height > 0).length`;

/** What a saved notebook shows of widgets where no script runs: how they stand. */
export function stillScenes(lab: () => Lab): void {
  test("the saved notebook shows what has become of the widgets, which the page does not", async () => {
    const { page, saved, kernel } = lab();
    await kernel('desk.set("drums", { alpha: 7.5 });');
    let texts = textsOf(await saved());
    for (let tries = 0; tries < 60 && !texts.some((text) => text.includes("alpha 7.5")); tries++) {
      await new Promise((next) => setTimeout(next, 500));
      texts = textsOf(await saved());
    }
    for (const wanted of [
      /^\[steering console: drums: .*alpha 7\.5/,
      /^\[head view: .* clips for drums\]$/,
      /^\[live monitor: drums: C = 0\.\d\d after 2\.0 s\]$/,
      /^clips: \d+ of 100000, cancelled after /,
    ])
      assert.ok(
        texts.some((text) => wanted.test(text)),
        `${wanted}: ${texts.join("; ")}`,
      );
    assert.equal(await page.value(shown), 0);
  });
}

function textsOf({ cells }: NotebookFile): string[] {
  return cells
    .flatMap(({ outputs = [] }) => outputs)
    .flatMap((output) => ("data" in output ? [[output.data["text/plain"]].flat().join("")] : []));
}
