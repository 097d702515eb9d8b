import { resolve } from "node:path";
import { type NotebookCell, readNotebook, type SavedOutput, sourceOf, writeNotebook } from "../notebookFile";
import { recordOutputs } from "./recordOutputs";
import { type CellProgress, terminalView } from "./terminal";
import { startWorker } from "./workerProcess";

export interface RunNotebookOptions {
  /** seconds of the clock for the whole run, after which the process is killed; no limit if absent */
  timeoutSeconds?: number;
  /** go on after a cell that fails */
  allowErrors?: boolean;
  /** called when a cell begins and when it has ended */
  onCell?(cell: CellProgress): void;
  /** where progress and the cells' printing are shown; false: nowhere */
  terminal?: NodeJS.WriteStream | false;
}

export interface NotebookRun {
  ok: boolean;
  /** code cells that have run */
  cells: number;
  seconds: number;
  error?: { cell: number; ename: string; evalue: string };
}

/**
 * Execute a notebook in a process of its own, without Python or Jupyter, and write it with all its outputs.
 *
 * The first cell that fails ends the run (unless `allowErrors`, or the cell has the tag `raises-exception`); so do the
 * clock and the death of the process. The notebook is written in any case, with the outputs there were until then.
 *
 * @throws Error when `inPath` is no notebook; what the cells throw is in the result and in the file
 */
export async function runNotebook(
  inPath: string,
  outPath: string,
  options: RunNotebookOptions = {},
): Promise<NotebookRun> {
  const notebook = readNotebook(inPath);
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
  for (const cell of cells) Object.assign(cell, { outputs: [], execution_count: null });
  const work = cells.filter((cell) => sourceOf(cell).trim());
  const view = terminalView(options.terminal ?? process.stdout);
  const recorder = recordOutputs();
  const worker = startWorker(resolve(inPath), options.timeoutSeconds);
  const started = Date.now();
  const run: NotebookRun = { ok: true, cells: 0, seconds: 0 };
  const interrupted = () => {}; // Ctrl-C reaches the cells' process too and ends it; what there is gets written
  process.on("SIGINT", interrupted);
  try {
    for (const cell of work) {
      const number = ++run.cells;
      const began = Date.now();
      const report = (state: CellProgress["state"]) => {
        const progress = { number, of: work.length, state, seconds: (Date.now() - began) / 1000 };
        view.cell(progress, sourceOf(cell));
        options.onCell?.(progress);
      };
      report("running");
      cell.execution_count = number;
      const outputs = recorder.begin();
      cell.outputs = outputs;
      worker.deliver = (output) => {
        recorder.add(output, number);
        view.output(output);
      };
      const death = await worker.run({ source: sourceOf(cell), key: cell.id });
      if (death)
        outputs.push({
          output_type: "error",
          ename: death.name,
          evalue: death.message,
          traceback: [death.message],
        });
      const error = outputs.find((output) => output.output_type === "error") as ErrorOutput | undefined;
      report(error ? "failed" : "done");
      if (!error || (!death && (options.allowErrors || raises(cell)))) continue;
      run.ok = false;
      run.error = { cell: number, ename: error.ename, evalue: error.evalue };
      break;
    }
  } finally {
    worker.stop();
    process.off("SIGINT", interrupted);
    writeNotebook(outPath, notebook);
  }
  run.seconds = (Date.now() - started) / 1000;
  return run;
}

type ErrorOutput = Extract<SavedOutput, { output_type: "error" }>;

function raises(cell: NotebookCell): boolean {
  return cell.metadata.tags?.includes("raises-exception") ?? false;
}
