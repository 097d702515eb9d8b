import { parentPort, workerData } from "node:worker_threads";
import { random } from "../../lib/math/random";
import { mutate, mutateJson } from "./mutate";
import { Fault, type Target, targets } from "./targets";

/** What the thread is asked: cases [from, to) of a target, of this seed; `at` tells which one it is at. */
export interface Wish {
  target: string;
  from: number;
  to: number;
  seed: number;
  at: SharedArrayBuffer;
}

/** What it answers: what was read, what was refused, and the faults. */
export interface Answer {
  read: number;
  refused: number;
  /** Milliseconds that the slowest case took. */
  slowest: number;
  faults: { number: number; what: string }[];
}

/** What a file may at most take to be read, ms. */
const longest = 10_000;

async function run({ target: name, from, to, seed, at }: Wish): Promise<Answer> {
  const { all, clear } = targets();
  const target = all.find((one) => one.name === name)!;
  const answer: Answer = { read: 0, refused: 0, slowest: 0, faults: [] };
  for (let number = from; number < to; number++) {
    Atomics.store(new Int32Array(at), 0, number);
    const begin = performance.now();
    try {
      await target.read(madeCase(target, number, seed));
      answer.read++;
    } catch (error) {
      answer.refused++;
      if (!isOwn(error)) answer.faults.push({ number, what: String((error as Error)?.stack ?? error) });
    }
    const took = performance.now() - begin;
    answer.slowest = Math.max(answer.slowest, took);
    if (took > longest) answer.faults.push({ number, what: `took ${Math.round(took)} ms` });
  }
  clear();
  return answer;
}

/** The file of a case. */
export function madeCase({ seeds, isJson, isCut, mend }: Target, number: number, seed: number): Uint8Array {
  const uniform = random(seed * 2 ** 32 + number);
  if (isCut) {
    const whole = seeds[Math.floor(uniform() * seeds.length)];
    return whole.slice(0, Math.floor(uniform() * whole.length));
  }
  if (isJson && uniform() < 0.7)
    return new TextEncoder().encode(mutateJson(new TextDecoder().decode(seeds[0]), uniform));
  const bytes = mutate(seeds, uniform);
  mend?.(bytes);
  return bytes;
}

/** A reader's own error: plain, and naming the file. */
function isOwn(error: unknown): boolean {
  const isPlain = error instanceof Error && (error.constructor === Error || error.constructor === RangeError);
  return isPlain && !(error instanceof Fault) && error.message.includes("fuzzed-file");
}

if (parentPort) void run(workerData as Wish).then((answer) => parentPort!.postMessage(answer));
