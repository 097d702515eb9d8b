import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelName } from "../../../lib/kernel/kernelSpec";
import type { Lab } from "../lab";

const context = "jupyterapp.shell.currentWidget.sessionContext";

/** File > New > Notebook. */
export function newNotebookScene(lab: () => Lab): void {
  test("a new notebook has the lab's kernel, and asks nothing", async () => {
    const { page } = lab();
    await page.value('void jupyterapp.commands.execute("notebook:create-new")');
    await page.until(`jupyterapp.shell.currentWidget.context?.path.startsWith("Untitled")`);
    await page.until(`Boolean(${context}.session?.kernel || document.querySelector(".jp-Dialog"))`);
    assert.equal(await page.value('document.querySelector(".jp-Dialog")?.innerText ?? "nothing"'), "nothing");
    assert.equal(await page.value(`${context}.session.kernel.name`), kernelName);
  });
}
