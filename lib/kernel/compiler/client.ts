import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from "node:worker_threads";
import type { Compilation } from "./compilation";
import type { CellCompiler } from "./compiler";
import type { Completeness } from "./syntax";

/** What the compiler's thread does. */
export interface CompilerWork extends CellCompiler {
  isComplete(source: string): Completeness;
}

/** What the thread is told to do, by the names of `CompilerWork`. */
export interface Order {
  id: number;
  name: keyof CompilerWork;
  args: unknown[];
}

export interface CompilerThreadData {
  folder: string;
  /** as of `createCellCompiler` */
  ahead: string[];
  answers: MessagePort;
  /** 1 at its only place when an answer is there */
  flags: Int32Array;
}

/** The cells' compiler as its callers have it. */
export interface CompilerClient extends Omit<CompilerWork, "compile"> {
  /** @param meanwhile done while the compiler works */
  compile(source: string, meanwhile: () => void): Compilation;
}

const { takeThread } = require("./start.cjs") as { takeThread(): Worker };

/** Milliseconds after which a compiler that says nothing is taken for lost. */
const patience = 300_000;

type Answer = { id: number } & ({ value: unknown } | { error: unknown });

/**
 * The compiler of the notebooks of one folder, in a thread of its own: it reads what it needs while this thread loads what
 * cells need. Callers stand still until it answers.
 * @param ahead as of `createCellCompiler`
 */
export function startCompiler(folder: string, ahead: string[]): CompilerClient {
  const flags = new Int32Array(new SharedArrayBuffer(4));
  const { port1: answers, port2: answersOut } = new MessageChannel();
  const data: CompilerThreadData = { folder, ahead, answers: answersOut, flags };
  const thread = takeThread();
  thread.postMessage(data, [answersOut]);
  let death: Error | undefined;
  thread.on("error", (error) => {
    death = error;
  });
  thread.unref();
  let count = 0;

  function tell(name: keyof CompilerWork, args: unknown[]): number {
    if (death) throw death;
    thread.postMessage({ id: ++count, name, args } satisfies Order);
    return count;
  }

  function answerTo(id: number): unknown {
    for (;;) {
      Atomics.store(flags, 0, 0);
      for (let got = receiveMessageOnPort(answers); got; got = receiveMessageOnPort(answers)) {
        const answer = got.message as Answer;
        if (answer.id !== id) continue;
        if ("error" in answer) throw answer.error;
        return answer.value;
      }
      if (Atomics.wait(flags, 0, 0, patience) === "timed-out")
        throw new Error(`the TypeScript compiler has not answered for ${patience / 1000} s`);
    }
  }

  const asking =
    <Name extends keyof CompilerWork>(name: Name) =>
    (...args: Parameters<CompilerWork[Name]>) =>
      answerTo(tell(name, args)) as ReturnType<CompilerWork[Name]>;
  return {
    compile(source, meanwhile) {
      const id = tell("compile", [source]);
      meanwhile();
      return answerTo(id) as Compilation;
    },
    addModule: asking("addModule"),
    inspect: asking("inspect"),
    complete: asking("complete"),
    isComplete: asking("isComplete"),
    close: () => void thread.terminate(),
  };
}
