import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type KernelClient, startKernelClient } from "../kernel/client";
import { drawWidget } from "../notebook/widgetPage";
import { dice } from "./dice";

// A widget of one's own: dice.ts holds its state and answers its messages, dicePage.ts draws it in the page.

test("without a page it shows its value as text", async () => {
  const { widget, roll } = dice(3);
  const value = roll();
  assert.ok(value >= 1 && value <= 6);
  const { "text/html": html, "text/plain": text } = widget.bundle();
  assert.match(String(html), new RegExp(`^<b>${value}</b>`)); // and what to do
  assert.equal(text, `[dice: ${value}]`);
});

test("its page shows what TypeScript says, and tells what is pressed", () => {
  const page = drawWidget(join(__dirname, "dicePage.ts"), { value: 2, _still: "s" });
  assert.equal(page.el.querySelector("output")!.textContent, "2");
  page.put({ value: 5 });
  assert.equal(page.el.querySelector("output")!.textContent, "5");
  page.el.querySelector("button")!.click();
  assert.deepEqual(page.sent, [{ hello: true }, { roll: true }]);
  page.end();
});

describe("in a notebook", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient(__dirname);
  });
  after(() => kernel.close());

  test("a press in the page rolls in the cell's process", async () => {
    const { published } = await kernel.execute(
      `import { dice } from "./dice";\nconst mine = dice(3);\nmine.widget.showOnce();`,
    );
    const { comm_id, data } = published.find(({ type }) => type === "comm_open")!.content as {
      comm_id: string;
      data: { state: { value: number; _esm: string } };
    };
    assert.equal(data.state.value, 0);
    assert.match(data.state._esm, /roll the dice/);
    await kernel.send("comm_msg", { comm_id, data: { method: "custom", content: { roll: true } } });
    assert.match(String(await kernel.value("mine.widget.get('value')")), /^[1-6]$/);
  });
});
