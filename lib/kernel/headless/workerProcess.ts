import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { CellOutput } from "../cells/outputQueue";
import { interleave } from "../descriptors/interleave";

/** What the process that runs the cells is told, and what it answers, with the mark of what it has printed before. */
export type Order = { source: string; key: string };
export type Report = ({ output: CellOutput } | { ended: boolean } | { ready: true }) & { mark: number };

/** A process that runs cells. */
export interface Worker {
  /** takes what cells put out, and what they print at the descriptors of the process */
  deliver(output: CellOutput): void;
  /** Run one cell; why the process died, if it did. */
  run(order: Order): Promise<Error | undefined>;
  stop(): void;
}

/** Milliseconds for which what a dead process has printed may still come: its children may hold the pipes. */
const patience = 500;

/** Start the process for a notebook's cells; it is killed after `timeoutSeconds`, if that is given. */
export function startWorker(path: string, timeoutSeconds: number | undefined): Worker {
  const token = `smitin-${randomUUID()}`;
  const child = fork(join(__dirname, "worker.cjs"), [path, token], {
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let finish: (death?: Error) => void = () => {};
  let setReady = () => {};
  const ready = new Promise<void>((resolve) => {
    setReady = resolve;
  });
  let death: Error | undefined;
  const printed = interleave<Report>(
    token,
    (name, text) => worker.deliver({ type: "stream", name, text }),
    (report) => {
      if ("ready" in report) setReady();
      else if ("output" in report) worker.deliver(report.output);
      else finish();
    },
  );
  const die = (name: string, message: string) => {
    printed.ended();
    death ??= Object.assign(new Error(message), { name });
    setReady();
    finish(death);
  };
  const clock =
    timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          die("TimeoutError", `the notebook did not end within ${timeoutSeconds} s`);
          child.kill("SIGKILL");
        }, timeoutSeconds * 1000);
  child.stdout!.on("data", (bytes: Uint8Array) => printed.printed("stdout", bytes));
  child.stderr!.on("data", (bytes: Uint8Array) => printed.printed("stderr", bytes));
  child.on("message", (report: Report) => printed.message(report, report.mark));
  child.on("exit", (code, signal) => {
    const dead = () => die("DeadKernel", `the notebook's process ended (${signal ?? `code ${code}`})`);
    const late = setTimeout(dead, patience);
    child.on("close", () => {
      clearTimeout(late);
      dead();
    });
  });
  child.on("error", (error) => die("DeadKernel", error.message));
  const worker: Worker = {
    deliver(output) {
      if (output.type === "stream") process.stderr.write(output.text); // before any cell
    },
    async run(order) {
      await ready;
      if (death) return death;
      return new Promise((resolve) => {
        finish = resolve;
        child.send(order);
      });
    },
    stop() {
      clearTimeout(clock);
      child.removeAllListeners("exit");
      child.kill("SIGKILL");
      child.stdout!.destroy(); // whoever else holds the pipes
      child.stderr!.destroy();
    },
  };
  return worker;
}
