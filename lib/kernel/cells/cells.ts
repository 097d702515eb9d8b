import type { CompletionInfo, Converter } from "tslab/dist/converter";
import type { Executor } from "tslab/dist/executor";
import { endsWith } from "../../jobs/interruption";
import type { CommHost } from "../../notebook/comm";
import type { Library } from "../../notebook/libraries";
import { attachNotebook } from "../../notebook/output";
import { followTrail } from "../compiler/cellTrail";
import { startCompiler } from "../compiler/client";
import type { Compilation } from "../compiler/compiler";
import type { Completeness } from "../compiler/syntax";
import { cellBegins, cellGoesOn, ownBusiness, type Phase } from "../protocol/ioMessages";
import { tslabRequire } from "../tslab";
import { type Ask, providePrompt, withdrawPrompt } from "./askPrompt";
import {
  type CellSources,
  cellUrl,
  compileError,
  interruption,
  isInterruption,
  runtimeError,
} from "./errors";
import { findImportOnly } from "./importOnly";
import { createLibraryOwners } from "./libraryOwners";
import { liveModules } from "./liveModules";
import { type CellOutput, createOutputQueue } from "./outputQueue";
import { projectRoot } from "./projectRoot";
import { stoppableAwaits } from "./stoppableAwaits";
import { captureStreams } from "./streams";
import { heldTensors, leakWarning, unfinishedWork } from "./tensors";

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
  complete(source: string, position: number): CompletionInfo;
  inspect: Executor["inspect"];
  isComplete(source: string): Completeness;
  interrupt(): void;
  /** Show what was thrown outside of every cell's run, as where a page's message is heard. */
  report(thrown: unknown): void;
  close(): void;
}

/**
 * Start a cell engine on tslab's compiler and executor.
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
  const sources: { source: string; position: ReturnType<typeof followTrail>; number: number }[] = [];
  const owners = createLibraryOwners();
  const known = new Set<string>(); // the keys of cells that have run
  const queue = createOutputQueue();
  let key = "";
  let count = 0;
  let number = 0;
  let compiled: Pick<Compilation<unknown>, "diagnostics" | "imports"> = notCompiled;
  let failure: { thrown: unknown } | undefined;
  let running = false;
  let work = beginWork();
  let phase: Phase = ownBusiness;

  function enter(next: Phase): void {
    phase = next;
    host.enter?.(next);
  }

  /** End what cells have set going, here and in the library. */
  function stopWork(): void {
    work.abort(interruption());
    awaits.stop(interruption());
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

  const sites: CellSources = {
    number: (cell) => sources[cell]?.number,
    source: (cell) => sources[cell]?.source,
    position: (cell, line, column) => sources[cell]?.position(line, column),
  };
  const streams = captureStreams((name, text) => queue.add({ type: "stream", name, text }));
  const add = (output: CellOutput | Promise<CellOutput>) => {
    streams.flush();
    queue.add(output);
  };
  const fail = (thrown: unknown) => add({ type: "error", ...runtimeError(thrown, sites, root) });
  const converter: Converter = {
    ...compiler,
    convert(previous, source) {
      const cell = compiler.convert(previous, source, () => modules.loadAhead(source));
      compiled = cell;
      sources[count] = { source, position: followTrail(cell.trail), number };
      const { converted } = cell;
      if (converted.output) converted.output += `\n//# sourceURL=${cellUrl(count)}`;
      if (converted.diagnostics.length === 0) {
        if (/\btslab\b/.test(source)) forwardDisplay();
        modules.refresh();
        enter(cellBegins);
      }
      return converted;
    },
    addModule(...module) {
      const cell = compiler.addModule(...module);
      compiled = cell;
      return cell.converted;
    },
  };
  const converters = {
    node: converter,
    get browser(): Converter {
      throw new Error("browser cells are not supported");
    },
    close: () => compiler.close(),
  };
  const executor = loadExecutor()(folder, converters, {
    log: (value) => add(lastValue(value)),
    error: (value) => {
      if (compiled.diagnostics.length === 0) failure = { thrown: value };
    },
  });
  const modules = liveModules(folder, root, executor.locals);
  modules.loadAhead(ahead.join("\n"));

  const awaits = stoppableAwaits();
  const releaseImports = findImportOnly();
  providePrompt(host.ask, () => streams.flush());
  const stray = (thrown: unknown) => {
    if (isInterruption(thrown)) return;
    if (running) failure ??= { thrown };
    else fail(thrown);
  };
  process.on("unhandledRejection", stray);
  process.on("uncaughtException", stray);
  attachNotebook({
    show: (bundle, { id, update = false } = {}) => {
      const output = (data: Record<string, unknown>): CellOutput => ({ type: "display", data, id, update });
      add(bundle instanceof Promise ? bundle.then(output) : output(bundle));
    },
    claim: owners.claim,
    comms: host.comms,
  });
  const forwardDisplay = () =>
    forwardTslabDisplay((data, id, update) => add({ type: "display", data, id, update }));

  return {
    get count() {
      return count;
    },
    async run(source, options) {
      streams.flush();
      count++;
      key = options.key ?? source;
      number = options.number ?? count;
      owners.begin(key, options.deleted);
      queue.deliverTo((output) => {
        options.deliver(output);
        owners.delivered(output);
      });
      failure = undefined;
      running = true;
      const started = Date.now();
      const before = heldTensors();
      const endUnfinished = unfinishedWork();
      let ok = false;
      compiled = notCompiled;
      try {
        const ending = executor.execute(source);
        if (phase === cellBegins) enter(cellGoesOn);
        ok = await ending;
        if (ok) modules.remember(compiled.imports, started);
      } catch (error) {
        failure = { thrown: error };
      } finally {
        enter(ownBusiness);
      }
      if (failure && isInterruption((failure as { thrown: unknown }).thrown)) {
        endUnfinished();
        stopWork(); // what a cell had set going before its beginning was broken off
        modules.forgetUnfinished();
      }
      await new Promise((resolve) => setImmediate(resolve));
      running = false;
      if (work.signal.aborted) work = beginWork();
      const { diagnostics } = compiled;
      if (failure) fail(failure.thrown);
      else if (diagnostics.length > 0) add({ type: "error", ...compileError(diagnostics, source, root) });
      const warning = leakWarning(before, heldTensors(), known.has(key));
      if (warning) process.stderr.write(warning);
      known.add(key);
      streams.flush();
      const delivered = await queue.settled();
      for (const library of owners.missing())
        queue.add({ type: "display", data: fresh.libraryBundle(library as Library), update: false });
      return ok && !failure && diagnostics.length === 0 && delivered;
    },
    complete: (source, position) => aside(() => executor.complete(source, position)),
    inspect: (source, position) => aside(() => executor.inspect(source, position)),
    isComplete: (source) => aside(() => compiler.isComplete(source)),
    interrupt() {
      queue.abandon();
      if (!running) return;
      stopWork();
      executor.interrupt();
    },
    report: fail,
    close() {
      streams.release();
      process.off("unhandledRejection", stray);
      process.off("uncaughtException", stray);
      attachNotebook(undefined);
      awaits.release();
      endsWith(undefined);
      releaseImports();
      withdrawPrompt();
      executor.close();
    },
  };
}

const notCompiled = { diagnostics: [], imports: [] };

/** What ends the library's work that begins from now on: of one cell or of several, until an interrupt. */
function beginWork(): AbortController {
  const controller = new AbortController();
  endsWith(controller.signal);
  return controller;
}

async function lastValue(value: unknown): Promise<CellOutput> {
  return { type: "result", data: await fresh.bundleOf(value) };
}

/** How things are shown, as the files say now: an edited one was dropped before the cell ran. */
const fresh = {
  get bundleOf(): typeof import("../../notebook/bundle").bundleOf {
    return require("../../notebook/bundle").bundleOf;
  },
  get libraryBundle(): typeof import("../../notebook/libraries").libraryBundle {
    return require("../../notebook/libraries").libraryBundle;
  },
};

function loadExecutor(): typeof import("tslab/dist/executor").createExecutor {
  return tslabRequire()("./dist/executor.js").createExecutor;
}

/** `display` of the package "tslab" in a cell goes where ours goes. */
function forwardTslabDisplay(
  show: (data: Record<string, unknown>, id: string | undefined, update: boolean) => void,
) {
  interface TslabDisplay {
    data: Record<string, unknown>;
    transient?: { display_id?: string };
  }
  const jupyter: { lastWriteDisplayData: unknown } = tslabRequire()("./dist/jupyter.js");
  jupyter.lastWriteDisplayData = ({ data, transient }: TslabDisplay, update?: boolean) =>
    show(data, transient?.display_id, update ?? false);
}
