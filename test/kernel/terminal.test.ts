import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import type { CellOutput } from "../../lib/kernel/cells/outputQueue";
import { terminalView } from "../../lib/kernel/headless/terminal";

const bar = (text: string, update = true): CellOutput => ({
  type: "display",
  data: { "text/plain": text },
  id: "bar",
  update,
});
const outputs: CellOutput[] = [
  { type: "stream", name: "stdout", text: "no end" },
  bar("heads 0/2 (0 %)", false),
  bar("heads 1/2 (50 %), 1 s left"),
  bar("heads 2/2 (100 %), 2.0 s"),
  { type: "stream", name: "stdout", text: "printed\n" },
  { type: "display", data: { "text/plain": "[figure]" }, update: false },
  { type: "error", ename: "Error", evalue: "e", traceback: ["Error: e", "    at cell 1, line 2"] },
];

test("shows in a terminal what cells print, progress in place", () => {
  assert.equal(
    seen({ isTTY: true, columns: 20 }),
    "[1/2] go()\nno end\nheads 0/2 (0 %)\r\x1b[Kheads 1/2 (50 %), 1\r\x1b[Kheads 2/2 (100 %), \nprinted\n" +
      "Error: e\n    at cell 1, line 2\n[1/2] failed after 3.0 s\n",
  );
});

test("shows in a file the beginning and the end of progress", () => {
  assert.equal(
    seen({}),
    "[1/2] go()\nno end\nheads 0/2 (0 %)\nheads 2/2 (100 %), 2.0 s\nprinted\n" +
      "Error: e\n    at cell 1, line 2\n[1/2] failed after 3.0 s\n",
  );
});

function seen(kind: { isTTY?: boolean; columns?: number }): string {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const view = terminalView(Object.assign(stream, kind) as unknown as NodeJS.WriteStream);
  view.cell({ number: 1, of: 2, state: "running", seconds: 0 }, 'import { go } from "../lib";\ngo()');
  for (const output of outputs) view.output(output);
  view.cell({ number: 1, of: 2, state: "failed", seconds: 3 }, "go()");
  return text;
}
