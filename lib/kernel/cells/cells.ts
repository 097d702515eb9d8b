import type { CommHost } from "../../notebook/comm";
import { startCompiler } from "../compiler/client";
import type { CellDiagnostic } from "../compiler/compilation";
import type { Completion } from "../compiler/completion";
import type { Inspection } from "../compiler/inspection";
import type { Completeness } from "../compiler/syntax";
import { projectRoot } from "../projectRoot";
import { cellBegins, cellGoesOn, ownBusiness, type Phase } from "../protocol/ioMessages";
import { type Ask, providePrompt, withdrawPrompt } from "./askPrompt";
import { openOutputs } from "./cellOutputs";
import { createCellSources } from "./cellSources";
import { startCellWork } from "./cellWork";
import { cellUrl, compileError, isInterruption, runtimeError } from "./errors";
import { createExecutor } from "./executor";
import { withholdExit } from "./exit";
import { createHabitFollower } from "./followHabit";
import { withReadableFrames } from "./frames";
import { habitOf } from "./habits";
import { findImportOnly } from "./importOnly";
import { liveModules } from "./liveModules";
import type { CellOutput } from "./outputQueue";
import { createPhases } from "./phases";
import { createScope } from "./scope";
import { hearStrayErrors } from "./strayErrors";
import { heldTensors, leakWarning } from "./tensors";

/** What a front end adds to cells; nothing in a headless run. */
export interface CellHost {
  comms?: CommHost;
  /** lets `prompt` ask */
  ask?: Ask;
  /** told what goes on, so that an interrupt knows what it may break off */
  enter?(phase: Phase): void;
}

export interface RunOptions {
  /** receives the cell's outputs in order, also those that come after its end, until the next cell runs */
  deliver(output: CellOutput): void;
  /** what names the cell when it runs again (its id in the notebook); its text if absent */
  key?: string;
  /** the keys of cells that the notebook has lost since the last run */
  deleted?: string[];
  /** by which tracebacks name the cell; how many have run if absent */
  number?: number;
}

/** TypeScript cells that share their variables: what a kernel and a headless runner have in common. */
export interface Cells {
  /** How many cells have run. */
  readonly count: number;
  /** Run one cell; false when it failed, its error delivered. */
  run(source: string, options: RunOptions): Promise<boolean>;
  complete(source: string, position: number): Completion;
  inspect(source: string, position: number): Inspection | undefined;
  isComplete(source: string): Completeness;
  interrupt(): void;
  /** Show what was thrown outside of every cell's run, as where a page's message is heard. */
  report(thrown: unknown): void;
  close(): void;
}

/** A cell while it runs. */
interface Running {
  source: string;
  key: string;
  /** by which tracebacks name it */
  number: number;
  diagnostics: CellDiagnostic[];
  failure?: { thrown: unknown };
}

/**
 * Start a cell engine: cells are compiled in a thread (lib/kernel/compiler) and run by tslab's executor; their top-level
 * names are one scope.
 *
 * Relative paths, of imports and of files, start at `folder`: the process works there. From now until `close` the process's stdout and stderr belong to the cells.
 *
 * @param folder where the notebook lies
 * @param ahead texts of cells to come: what they import is read, and the lab loaded, before the first of them runs
 */
export function createCells(folder: string, host: CellHost = {}, ahead: string[] = []): Cells {
  const root = projectRoot(folder);
  process.chdir(folder);
  Error.stackTraceLimit = 50; // Node's own frames are among them, and are not shown
  const compiler = startCompiler(folder, ahead);
  const scope = createScope();
  const modules = liveModules(folder, root, scope);
  modules.loadAhead(ahead.join("\n"));
  const sources = createCellSources();
  const describe = (thrown: unknown) => runtimeError(thrown, sources, root);
  const outputs = openOutputs(host.comms, describe, (text) => withReadableFrames(text, sources, root));
  const work = startCellWork();
  const phases = createPhases(host.enter);
  const known = new Set<string>(); // the keys of cells that have run
  let count = 0;
  let cell: Running | undefined;

  const executor = createExecutor(folder, {
    compile,
    addModule(name, source, isJsx) {
      cell!.diagnostics = compiler.addModule(name, source, isJsx);
    },
    result: outputs.addResult,
    thrown: (thrown) => {
      cell!.failure = { thrown };
    },
  });
  executor.exports.cells = scope.runtime;

  const habits = createHabitFollower({
    folder,
    execute: (source) => execute(Object.assign(cell!, { source })),
    inspect: compiler.inspect,
    show: (text) => outputs.add({ type: "display", data: { "text/plain": text }, update: false }),
    print: (text) => void process.stdout.write(text),
  });
  const fail = (thrown: unknown) => outputs.add({ type: "error", ...describe(thrown) });
  const release = [
    findImportOnly(),
    withholdExit(),
    hearStrayErrors((thrown) => {
      if (isInterruption(thrown)) return;
      if (cell) cell.failure ??= { thrown };
      else fail(thrown);
    }),
  ];
  providePrompt(host.ask, outputs.flush);

  /** What is to run of a cell: its code, for which the library's files are as they are on disk. */
  function compile(source: string) {
    const { compiled, diagnostics } = compiler.compile(source, () => modules.loadAhead(source));
    cell!.diagnostics = diagnostics;
    if (!compiled) return undefined;
    sources.add(count, source, cell!.number, compiled);
    if (/\btslab\b/.test(source)) outputs.forwardTslab();
    modules.refresh();
    phases.enter(cellBegins);
    return { ...compiled, output: `${compiled.output}\n//# sourceURL=${cellUrl(count)}` };
  }

  /** Run a cell to its end; false if it was not sound or failed. */
  async function execute(running: Running): Promise<boolean> {
    const started = Date.now();
    const breakOff = work.begin();
    let ok = false;
    try {
      const ending = executor.execute(running.source);
      if (phases.now === cellBegins) phases.enter(cellGoesOn);
      ok = await ending;
      modules.remember(started);
    } catch (thrown) {
      running.failure = { thrown };
    } finally {
      phases.enter(ownBusiness);
    }
    if (running.failure && isInterruption(running.failure.thrown)) {
      breakOff();
      modules.forgetUnfinished();
    }
    await new Promise((resolve) => setImmediate(resolve)); // what nobody awaited is heard of then
    work.ended();
    return ok;
  }

  /** Run a cell that is no TypeScript, if it means something all the same. */
  async function executeHabit(running: Running): Promise<boolean> {
    const habit = habitOf(running.source);
    if (!habit) return false;
    running.diagnostics = [];
    try {
      return await habits.follow(habit);
    } catch (thrown) {
      running.failure = { thrown };
      return false;
    }
  }

  return {
    get count() {
      return count;
    },
    async run(source, { key = source, number, deleted, deliver }) {
      count++;
      outputs.begin(key, deleted, deliver);
      const running: Running = { source, key, number: number ?? count, diagnostics: [] };
      cell = running;
      const before = heldTensors();
      let ok = await execute(running);
      if (running.diagnostics.length > 0) ok = await executeHabit(running);
      cell = undefined;
      const { failure, diagnostics } = running;
      if (failure) fail(failure.thrown);
      else if (diagnostics.length > 0)
        outputs.add({ type: "error", ...compileError(diagnostics, source, root) });
      const warning = leakWarning(before, heldTensors(), known.has(key));
      if (warning) process.stderr.write(warning);
      known.add(key);
      const delivered = await outputs.settled();
      return ok && !failure && diagnostics.length === 0 && delivered;
    },
    complete: (source, position) => phases.aside(() => compiler.complete(source, position)),
    inspect: (source, position) => phases.aside(() => compiler.inspect(source, position)),
    isComplete: (source) => phases.aside(() => compiler.isComplete(source)),
    interrupt() {
      outputs.abandon();
      if (!cell) return;
      habits.interrupt();
      work.stop();
      executor.interrupt();
    },
    report: fail,
    close() {
      outputs.close();
      work.close();
      for (const end of release) end();
      withdrawPrompt();
      compiler.close();
    },
  };
}
