import { dirname } from "node:path";
import { createCells } from "../cells/cells";
import { codeOf } from "../notebookFile";
import type { Order, Report } from "./runner";

/** Runs the cells that the parent process sends, one at a time, and tells it of their outputs. */
const path = process.argv[2];
const cells = createCells(dirname(path), {}, codeOf(path));
const tell = (report: Report) => void process.send?.(report);

process.on("message", async ({ source, key }: Order) => {
  tell({ ended: await cells.run(source, { key, deliver: (output) => tell({ output }) }) });
});
process.on("disconnect", () => process.exit());
tell("ready");
