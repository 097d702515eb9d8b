import type { CommHost } from "../../notebook/comm";
import { startCompiler } from "../compiler/client";
import type { CellDiagnostic } from "../compiler/compilation";
import type { Inspection } from "../compiler/compiler";
import type { Completion } from "../compiler/completion";
import type { Completeness } from "../compiler/syntax";
import { cellBegins, cellGoesOn, ownBusiness, type Phase } from "../protocol/ioMessages";
import { writeInspection } from "../tslab";
import { type Ask, providePrompt, withdrawPrompt } from "./askPrompt";
import { openOutputs } from "./cellOutputs";
import { createCellSources } from "./cellSources";
import { startCellWork } from "./cellWork";
import { cellUrl, compileError, interruption, isInterruption, runtimeError } from "./errors";
import { createExecutor } from "./executor";
import { withholdExit } from "./exit";
import { type Habit, habitOf, notTypeScript, runShell } from "./habits";
import { findImportOnly } from "./importOnly";
import { liveModules } from "./liveModules";
import type { CellOutput } from "./outputQueue";
import { projectRoot } from "./projectRoot";
import { createScope } from "./scope";
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
 * Relative imports refer to `folder`; the process works in `projectRoot(folder)`, so that data and figures have the same
 * paths for every notebook. From now until `close` the process's stdout and stderr belong to the cells.
 *
 * @param folder where the notebook lies
 * @param ahead texts of cells to come: what they import is read, and the lab loaded, before the first of them runs
 */
export function createCells(folder: string, host: CellHost = {}, ahead: string[] = []): Cells {
  const root = projectRoot(folder);
  process.chdir(root);
  const compiler = startCompiler(folder, ahead);
  const scope = createScope();
  const modules = liveModules(folder, root, scope);
  modules.loadAhead(ahead.join("\n"));
  const sources = createCellSources();
  const describe = (thrown: unknown) => runtimeError(thrown, sources, root);
  const outputs = openOutputs(host.comms, describe);
  const work = startCellWork();
  const known = new Set<string>(); // the keys of cells that have run
  let count = 0;
  let cell: Running | undefined;
  let commands: AbortController | undefined; // of a shell that runs
  let phase: Phase = ownBusiness;

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

  const releaseImports = findImportOnly();
  const releaseExit = withholdExit();
  providePrompt(host.ask, outputs.flush);
  const fail = (thrown: unknown) => outputs.add({ type: "error", ...describe(thrown) });
  const stray = (thrown: unknown) => {
    if (isInterruption(thrown)) return;
    if (cell) cell.failure ??= { thrown };
    else fail(thrown);
  };
  process.on("unhandledRejection", stray);
  process.on("uncaughtException", stray);

  function enter(next: Phase): void {
    phase = next;
    host.enter?.(next);
  }

  /** Do something for the front end while a cell may be waiting. */
  function aside<T>(work: () => T): T {
    const before = phase;
    enter(ownBusiness);
    try {
      return work();
    } finally {
      enter(before);
    }
  }

  /** What is to run of a cell: its code, for which the library's files are as they are on disk. */
  function compile(source: string) {
    const { compiled, diagnostics } = compiler.compile(source, () => modules.loadAhead(source));
    cell!.diagnostics = diagnostics;
    if (!compiled) return undefined;
    sources.add(count, source, cell!.number, compiled.map);
    if (/\btslab\b/.test(source)) outputs.forwardTslab();
    modules.refresh();
    enter(cellBegins);
    return { ...compiled, output: `${compiled.output}\n//# sourceURL=${cellUrl(count)}` };
  }

  /** Run a cell to its end; false if it was not sound or failed. */
  async function execute(running: Running): Promise<boolean> {
    const started = Date.now();
    const breakOff = work.begin();
    let ok = false;
    try {
      const ending = executor.execute(running.source);
      if (phase === cellBegins) enter(cellGoesOn);
      ok = await ending;
      modules.remember(started);
    } catch (thrown) {
      running.failure = { thrown };
    } finally {
      enter(ownBusiness);
    }
    if (running.failure && isInterruption(running.failure.thrown)) {
      breakOff();
      modules.forgetUnfinished();
    }
    await new Promise((resolve) => setImmediate(resolve)); // what nobody awaited is heard of then
    work.ended();
    return ok;
  }

  /** Do what a cell means that is no TypeScript. */
  async function follow(habit: Habit, running: Running): Promise<boolean> {
    running.diagnostics = [];
    const began = performance.now();
    if ("timed" in habit) {
      running.source = habit.timed;
      const ok = await execute(running);
      outputs.flush();
      process.stdout.write(`Wall time: ${duration(performance.now() - began)}\n`);
      return ok;
    }
    try {
      if ("hint" in habit) throw notTypeScript(habit.hint);
      if ("shell" in habit) {
        commands = new AbortController();
        for (const command of habit.shell) await runShell(command, root, commands.signal);
      } else {
        const known = compiler.inspect(habit.about, habit.about.length);
        if (!known) throw notTypeScript(`nothing is known of ${habit.about}`);
        outputs.add({ type: "display", data: { "text/plain": writeInspection(known) }, update: false });
      }
      return true;
    } catch (thrown) {
      running.failure = { thrown: commands?.signal.aborted ? commands.signal.reason : thrown };
      return false;
    } finally {
      commands = undefined;
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
      const habit = running.diagnostics.length > 0 ? habitOf(source) : undefined;
      if (habit) ok = await follow(habit, running);
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
    complete: (source, position) => aside(() => compiler.complete(source, position)),
    inspect: (source, position) => aside(() => compiler.inspect(source, position)),
    isComplete: (source) => aside(() => compiler.isComplete(source)),
    interrupt() {
      outputs.abandon();
      if (!cell) return;
      commands?.abort(interruption());
      work.stop();
      executor.interrupt();
    },
    report: fail,
    close() {
      outputs.close();
      process.off("unhandledRejection", stray);
      process.off("uncaughtException", stray);
      work.close();
      releaseImports();
      releaseExit();
      withdrawPrompt();
      compiler.close();
    },
  };
}

/** Milliseconds as they are read. */
function duration(ms: number): string {
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}
