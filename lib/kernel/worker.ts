import { createCells } from "./cells";
import type { Order, Report } from "./runner";

/** Runs the cells that the parent process sends, one at a time, and tells it of their outputs. */
const cells = createCells(process.argv[2]);
const tell = (report: Report) => void process.send?.(report);

process.on("message", async ({ source, key }: Order) => {
  tell({ ended: await cells.run(source, { key, deliver: (output) => tell({ output }) }) });
});
process.on("disconnect", () => process.exit());
tell("ready");
