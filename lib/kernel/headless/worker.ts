import { dirname } from "node:path";
import { createCells } from "../cells/cells";
import { endProcess } from "../cells/exit";
import { createMarks } from "../descriptors/marks";
import { codeOf } from "../notebookFile";
import type { Order, Report } from "./workerProcess";

/** Runs the cells that the parent process sends, one at a time, and tells it of their outputs. */
const [, , path, token] = process.argv;
const cells = createCells(dirname(path), {}, codeOf(path));
const marks = createMarks(token);
type News<T> = T extends unknown ? Omit<T, "mark"> : never;
const tell = (report: News<Report>) => void process.send?.({ ...report, mark: marks.mark() });

process.on("message", async ({ source, key }: Order) => {
  tell({ ended: await cells.run(source, { key, deliver: (output) => tell({ output }) }) });
});
process.on("disconnect", () => endProcess(0));
tell({ ready: true });
