/**
 * npm run fuzz [-- --tries 100000] [--seed 1] [--target mp3] [--case 17]: reads files by the hundred thousand that were damaged by
 * chance, and fails on what is no reader's own error, on what takes too long, and on samples that are missing or not finite.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { targets } from "./targets";
import { type Answer, madeCase, type Wish } from "./thread";

/** A case that takes longer never ends, ms. */
const hangs = 30_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tries: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      target: { type: "string" },
      case: { type: "string" },
    },
  });
  const seed = Number(values.seed);
  const { all, clear } = targets();
  const chosen = all.filter(({ name }) => values.target === undefined || name === values.target);
  clear();
  if (values.case !== undefined) return keep(chosen[0].name, Number(values.case), seed);
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  let faults = 0;
  for (const { name, share } of chosen) {
    const tries = Math.ceil((Number(values.tries) * share) / shares);
    const begin = Date.now();
    const { read, refused, slowest, faults: found } = await runTarget(name, tries, seed);
    const seconds = ((Date.now() - begin) / 1000).toFixed(0);
    console.log(
      `${name}: ${tries} files in ${seconds} s, ${read} read, ${refused} refused, the slowest took ${Math.round(slowest)} ms`,
    );
    for (const { number, what } of found)
      console.log(`  FAULT --target "${name}" --seed ${seed} --case ${number}: ${what}`);
    faults += found.length;
  }
  console.log(faults === 0 ? "no faults" : `${faults} faults`);
  process.exitCode = faults === 0 ? 0 : 1;
}

/** All cases of a target, in a thread that is ended where it hangs, and begun again behind that case. */
async function runTarget(target: string, tries: number, seed: number): Promise<Answer> {
  const total: Answer = { read: 0, refused: 0, slowest: 0, faults: [] };
  for (let from = 0; from < tries; ) {
    const at = new SharedArrayBuffer(4);
    const wish: Wish = { target, from, to: tries, seed, at };
    const answer = await runThread(wish);
    if (typeof answer !== "string") {
      total.read += answer.read;
      total.refused += answer.refused;
      total.slowest = Math.max(total.slowest, answer.slowest);
      total.faults.push(...answer.faults);
      break;
    }
    const number = Atomics.load(new Int32Array(at), 0);
    total.faults.push({ number, what: answer });
    from = number + 1;
  }
  return total;
}

/** @returns what went wrong with the whole thread, in words */
function runThread(wish: Wish): Promise<Answer | string> {
  const thread = new Worker(join(__dirname, "worker.cjs"), { workerData: wish });
  const at = new Int32Array(wish.at);
  let [last, since] = [-1, Date.now()];
  return new Promise((done) => {
    const timer = setInterval(() => {
      const now = Atomics.load(at, 0);
      if (now !== last) [last, since] = [now, Date.now()];
      if (Date.now() - since > hangs) end(`hangs: no end after ${hangs / 1000} s`);
    }, 500);
    const end = (answer: Answer | string) => {
      clearInterval(timer);
      void thread.terminate();
      done(answer);
    };
    thread.on("message", end);
    thread.on("error", (error) => end(`ends the thread: ${error.stack}`));
  });
}

/** Write a case's file, to look at it. */
function keep(name: string, number: number, seed: number): void {
  const { all, clear } = targets();
  const path = `fuzz-case-${number}`;
  writeFileSync(path, madeCase(all.find((one) => one.name === name)!, number, seed));
  clear();
  console.log(path);
}

void main();
