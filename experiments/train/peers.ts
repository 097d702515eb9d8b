import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { joined } from "../../lib/math/concatenate";

/**
 * Processes that train one network together, each on its share of every batch: TensorFlow's eager operations keep one core
 * busy, so one process a core does nearly that many times the steps of one. All hold the same weights; gradients
 * are averaged each step. The first process reports and saves.
 */
export interface Peers {
  rank: number;
  size: number;
  /** Which of a batch's rows are this process's. */
  share: { from: number; count: number };
  /** Everybody's values one after the other, in order of rank. All peers must call it equally often. */
  gather(values: Float32Array): Promise<Float32Array>;
  /** The mean of everybody's values. All peers must call it equally often. */
  average(values: Float32Array): Promise<Float32Array>;
  /** Ends the other processes. They may still be reading the last values: their folder goes after they have. */
  close(): Promise<void>;
}

const RANK = "SMITIN_TRAIN_RANK";
const FOLDER = "SMITIN_TRAIN_FOLDER";

/**
 * Start the other processes (the same command again), or find the first one when this is one of them.
 * Call before the engine starts: each process computes with one thread.
 * @param batch rows of a batch: the number of processes divides it, and is at most that of the cores
 */
export function startPeers(batch: number): Peers {
  const most = Number(process.env.SMITIN_TRAIN_PEERS) || cpus().length;
  const size = Array.from({ length: most }, (_, i) => most - i).find((n) => batch % n === 0)!;
  if (size > 1) process.env.TF_NUM_INTRAOP_THREADS = "1";
  const rank = Number(process.env[RANK] || 0);
  const count = batch / size;
  const place = { rank, size, share: { from: rank * count, count } };
  return rank === 0 ? leader(place) : follower(place);
}

type Place = Pick<Peers, "rank" | "size" | "share">;

function leader(place: Place): Peers {
  const { size } = place;
  const folder = mkdtempSync(join(tmpdir(), "smitin-train-"));
  const children = Array.from({ length: size - 1 }, (_, i) => {
    const child = fork(process.argv[1], process.argv.slice(2), {
      env: { ...process.env, [RANK]: String(i + 1), [FOLDER]: folder },
    });
    child.on("exit", (code, signal) => {
      if (code !== 0)
        throw new Error(`training process ${i + 1} of ${size} ended by ${signal ?? `code ${code}`}`);
    });
    const ended = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
    });
    return { child, ended, said: mailbox(child) };
  });
  async function exchange(
    values: Float32Array,
    combine: (all: Float32Array[]) => Float32Array,
  ): Promise<Float32Array> {
    if (size === 1) return values;
    await Promise.all(children.map(({ said }) => said()));
    const result = combine([values, ...children.map((_, i) => readValues(folder, i + 1))]);
    writeValues(folder, 0, result);
    for (const { child } of children) child.send("read");
    return result;
  }
  return {
    ...place,
    gather: (values) => exchange(values, joined),
    average: (values) => exchange(values, mean),
    async close() {
      for (const { child } of children) child.disconnect();
      await Promise.all(children.map(({ ended }) => ended));
      rmSync(folder, { recursive: true });
    },
  };
}

function follower(place: Place): Peers {
  const folder = process.env[FOLDER]!;
  const said = mailbox(process);
  process.on("disconnect", () => process.exit());
  const exchange = async (values: Float32Array) => {
    writeValues(folder, place.rank, values);
    process.send!("read");
    await said();
    return readValues(folder, 0);
  };
  return { ...place, gather: exchange, average: exchange, close: async () => {} };
}

/** Through files: the channel between processes takes a second for what these do in milliseconds. */
function writeValues(folder: string, rank: number, values: Float32Array): void {
  writeFileSync(
    join(folder, `${rank}.f32`),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
}

function readValues(folder: string, rank: number): Float32Array {
  const bytes = readFileSync(join(folder, `${rank}.f32`));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function mean([first, ...others]: Float32Array[]): Float32Array {
  const result = first.slice();
  for (const other of others) for (let i = 0; i < result.length; i++) result[i] += other[i];
  for (let i = 0; i < result.length; i++) result[i] /= others.length + 1;
  return result;
}

/** Waits for the next message; those that came early are counted. */
function mailbox(port: ChildProcess | NodeJS.Process): () => Promise<void> {
  let early = 0;
  const waiting: (() => void)[] = [];
  (port as ChildProcess).on("message", () => {
    const next = waiting.shift();
    if (next) next();
    else early++;
  });
  return () =>
    new Promise((resolve) => {
      if (early > 0) {
        early--;
        resolve();
      } else waiting.push(resolve);
    });
}
