import type { Figure } from "../../figures/figure";
import type { CellOutput } from "../../kernel/cells/outputQueue";
import type { Compilation } from "../../kernel/compiler/compilation";
import type { Completion } from "../../kernel/compiler/completion";
import type { CommMessage } from "../../kernel/protocol/comms";
import type { CompilerQuestions, FromCells, FromCompiler, ToCells } from "./protocol";

/** What goes on in the workers. */
export type KernelState = "asleep" | "starting" | "compiling" | "busy" | "stopping" | "idle";

export interface KernelListener {
  state(state: KernelState): void;
  comm(message: CommMessage): void;
  file(path: string, bytes: Uint8Array): void;
  draw(figure: Figure, size: { width?: number; height?: number }): Promise<string>;
}

export interface RunListener {
  /** its turn has come */
  begins(number: number): void;
  compiled(result: Compilation): void;
  output(output: CellOutput, number: number): void;
}

/** The workers that compile and run a page's cells, from the page's side; they are started when they are needed. */
export interface PageKernel {
  readonly state: KernelState;
  /** Run a cell after those that wait already; false when it failed, or was not run because one before it failed. */
  run(key: string, source: string, listener: RunListener): Promise<boolean>;
  complete(source: string, position: number): Promise<Completion>;
  explain(source: string, position: number): Promise<string | undefined>;
  comm(message: CommMessage): void;
  /** Ask the running cell to end; asked again, end the worker, with all values. */
  interrupt(): void;
  /** Begin anew, without any values. */
  restart(): void;
}

/** Milliseconds after which a cell that is to end and does not is said to be deaf. */
const patience = 2000;

interface Turn {
  key: string;
  source: string;
  listener: RunListener;
  end(ok: boolean): void;
}

interface Running {
  turn: Turn;
  number: number;
  /** the worker has it */
  isSent: boolean;
  ended(ok: boolean): void;
}

/** @param root the site's address, where the workers' scripts are */
export function createKernel(root: string, listener: KernelListener): PageKernel {
  const compiler = openCompiler(root);
  const waiting: Turn[] = [];
  let cells: Worker | undefined;
  let state: KernelState = "asleep";
  let count = 0;
  let running: Running | undefined;

  const put = (next: KernelState) => {
    state = next;
    listener.state(next);
  };
  const tell = (message: ToCells) => cells?.postMessage(message);

  function start(): Worker {
    const worker = new Worker(new URL("notebook-cells.js", root), { type: "module", name: "cells" });
    worker.onmessage = ({ data }: { data: FromCells }) => {
      if (worker === cells) hear(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker !== cells) return;
      const evalue = event.message || "the worker could not be started";
      running?.turn.listener.output(
        { type: "error", ename: "WorkerError", evalue, traceback: [evalue] },
        running.number,
      );
      running?.ended(false);
    };
    return worker;
  }

  function hear(data: FromCells): void {
    if (data.say === "output") latest?.output(data.output, count);
    else if (data.say === "ended") running?.ended(data.ok);
    else if (data.say === "comm") listener.comm(data.message);
    else if (data.say === "file") listener.file(data.path, data.bytes);
    else
      listener.draw(data.figure, data.size).then(
        (svg) => tell({ say: "drawn", id: data.id, svg }),
        (error: Error) => tell({ say: "drawn", id: data.id, why: error.message }),
      );
  }
  let latest: RunListener | undefined; // also hears what comes after its cell's end

  async function work(): Promise<void> {
    if (running) return;
    const turn = waiting.shift();
    if (!turn) {
      if (state !== "asleep") put("idle");
      return;
    }
    const number = ++count;
    const done = new Promise<boolean>((resolve) => {
      running = { turn, number, isSent: false, ended: resolve };
    });
    const mine = running!;
    put(cells ? "compiling" : "starting");
    cells ??= start();
    turn.listener.begins(number);
    latest = turn.listener;
    compiler.ask("compile", turn.source).then(
      (result) => {
        if (running !== mine) return; // it was interrupted
        mine.isSent = true;
        put("busy");
        turn.listener.compiled(result);
        const { compiled, diagnostics } = result;
        tell({ say: "run", order: { key: turn.key, number, source: turn.source, compiled, diagnostics } });
      },
      (error: Error) => {
        if (running !== mine) return;
        const { message } = error;
        turn.listener.output(
          { type: "error", ename: "CompilerError", evalue: message, traceback: [message] },
          number,
        );
        mine.ended(false);
      },
    );
    const ok = await done;
    if (running === mine) running = undefined;
    turn.end(ok);
    if (!ok) for (const each of waiting.splice(0)) each.end(false);
    void work();
  }

  function stopWorker(): void {
    cells?.terminate();
    cells = undefined;
    latest = undefined;
    count = 0;
    compiler.tell("restart");
    for (const each of waiting.splice(0)) each.end(false);
  }

  return {
    get state() {
      return state;
    },
    run(key, source, runListener) {
      return new Promise((end) => {
        waiting.push({ key, source, listener: runListener, end });
        void work();
      });
    },
    complete: (source, position) => compiler.ask("complete", source, position),
    explain: (source, position) => compiler.ask("explain", source, position),
    comm: (message) => tell({ say: "comm", message }),
    interrupt() {
      if (!running) return;
      for (const each of waiting.splice(0)) each.end(false);
      if (state === "stopping") {
        end("the cell was stopped by force; all values are gone");
        return;
      }
      const asked = running;
      if (!asked.isSent) {
        const why = "the cell was interrupted before it ran";
        asked.turn.listener.output(
          { type: "error", ename: "Interrupted", evalue: why, traceback: [why] },
          asked.number,
        );
        running = undefined;
        asked.ended(false);
        return;
      }
      tell({ say: "interrupt" });
      setTimeout(() => {
        if (running === asked) put("stopping");
      }, patience);
    },
    restart() {
      if (running) end("the cell was stopped by a restart");
      else {
        stopWorker();
        put("asleep");
      }
    },
  };

  /** End the worker in the midst of a cell. */
  function end(why: string): void {
    const { turn, number, ended } = running!;
    turn.listener.output({ type: "error", ename: "Interrupted", evalue: why, traceback: [why] }, number);
    stopWorker();
    put("asleep");
    ended(false);
  }
}

/** The compiler's worker. */
function openCompiler(root: string) {
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let worker: Worker | undefined;
  let asked = 0;

  function start(): Worker {
    const one = new Worker(new URL("notebook-compiler.js", root), { type: "module", name: "compiler" });
    one.onmessage = ({ data }: { data: FromCompiler }) => {
      const { resolve, reject } = waiting.get(data.id)!;
      waiting.delete(data.id);
      if ("why" in data) reject(new Error(data.why));
      else resolve(data.value as never);
    };
    one.onerror = (event) => {
      event.preventDefault();
      worker = undefined;
      for (const { reject } of waiting.values())
        reject(new Error(`the compiler did not start: ${event.message}`));
      waiting.clear();
    };
    return one;
  }

  function ask<Name extends keyof CompilerQuestions>(
    name: Name,
    ...args: Parameters<CompilerQuestions[Name]>
  ): Promise<ReturnType<CompilerQuestions[Name]>> {
    worker ??= start();
    const id = ++asked;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: never) => void, reject });
      worker!.postMessage({ id, name, args });
    });
  }
  return {
    ask,
    /** Ask for nothing back, and nothing at all of a compiler that nobody has needed yet. */
    tell: (name: "restart") => void (worker && ask(name).catch(() => {})),
  };
}
