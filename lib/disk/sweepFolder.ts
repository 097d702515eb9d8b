import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { MusicGen } from "../model/musicgen";
import { type CellResult, checkCell } from "../sweep/cell";
import type { SweepOptions } from "../sweep/options";
import { checkEngine, checkIdentity, type Identity, type OpenSweepStore } from "../sweep/store";
import { summarise } from "../sweep/summary";
import { runSweep as runSweepTo, type Sweep } from "../sweep/sweep";
import { withLock } from "./fileLock";
import { appendLine, lineOf, newLines, readLines } from "./jsonLines";
import { writeAtomically } from "./writeAtomically";

/** A sweep whose finished cells may be kept on disk. */
export interface FolderSweepOptions extends Omit<SweepOptions, "store"> {
  /** Where finished cells are kept, so that a sweep that was killed goes on where it stopped. Default: nowhere. */
  folder?: string;
}

/**
 * `sweepSteering` of lib/sweep. With a folder every finished cell is a line of cells.jsonl at once; with a shard, this process
 * writes to a file of its own in the same folder, and whoever finds all cells there merges them to the cells.jsonl of one
 * machine's run. On the wasm engine the file is the same bit for bit whatever the batches.
 * @throws as it does; errors of the file system
 */
export async function sweepSteering(model: MusicGen, options: FolderSweepOptions): Promise<Sweep> {
  return (await runSweep(model, options)).sweep;
}

/** `sweepSteering`, and how many cells of the whole sweep nobody has finished yet: none without a shard. */
export function runSweep(
  model: MusicGen,
  { folder, ...options }: FolderSweepOptions,
): Promise<{ sweep: Sweep; unfinished: number }> {
  return runSweepTo(model, { ...options, store: folder ? sweepFolder(folder) : undefined });
}

/**
 * A sweep's folder as it is, finished or not, without model or probes.
 * @throws Error when there is no sweep, or a line of it is no cell's
 */
export function readSweep(folder: string): Sweep {
  const { trait } = readSettings(join(folder, "sweep.json"));
  const cells = [...readFolder(folder).finished.values()];
  return { trait: String(trait), cells, summary: summarise(cells) };
}

const kind = "smitin-sweep";

/**
 * A sweep's folder: sweep.json says what it is, cells.jsonl holds a line for each finished cell. Processes that share the
 * work write to parts beside it, cells.<part>.jsonl, until all cells are there; they are then put into cells.jsonl, after what it
 * holds and in the sweep's order, and the parts are removed: the file is then that of one process that computed them all.
 * The folder is made when it is opened. A last line that was cut short, as a killed run leaves it, is taken away. Processes that
 * were started with the same cells to compute write each of them once, the first that has it: they all go in the same order, and so
 * does the file.
 */
export function sweepFolder(folder: string): OpenSweepStore {
  return (identity: Identity, about: Record<string, unknown>, part?: string) => {
    const [settings, whole] = [join(folder, "sweep.json"), join(folder, "cells.jsonl")];
    if (existsSync(settings)) checkIdentity(readSettings(settings), identity, `${settings}: the folder`);
    else if (existsSync(whole))
      throw new Error(`${settings}: expected what ${whole} belongs to, found nothing`);
    mkdirSync(folder, { recursive: true });
    const { parts, finished } = readFolder(folder);
    const isShared = part !== undefined; // others may have begun, and finished nothing yet
    const engineThere = () => {
      const engine = existsSync(settings) ? readSettings(settings).engine : undefined;
      return typeof engine === "string" && (isShared || finished.size > 0) ? engine : undefined;
    };
    const describe = (engine: string | undefined) => {
      const text = `${JSON.stringify({ kind, ...identity, ...about, engine }, null, 1)}\n`;
      if (!existsSync(settings) || readFileSync(settings, "utf8") !== text) writeAtomically(settings, text);
    };
    describe(engineThere());
    const own = part ?? (parts.length > 0 ? "rest" : undefined);
    const path = own ? join(folder, `cells.${own}.jsonl`) : whole;
    const lock = join(folder, "cells.lock");
    const written = new Set<string>();
    const linesOf = newLines(path);
    const look = () => {
      for (const line of linesOf()) written.add(readLine(line, path).key);
    };
    withLock(lock, look);
    return {
      finished,
      engine: engineThere(),
      begin(engine) {
        checkEngine(engineThere(), engine, folder);
        describe(engine);
      },
      append: (result) =>
        withLock(lock, () => {
          look();
          if (!written.has(result.key)) appendLine(path, result);
        }),
      settle: (cells) => withLock(lock, () => settle(folder, whole, cells)),
    };
  };
}

function settle(folder: string, whole: string, cells: { key: string }[]): Map<string, CellResult> {
  const { parts, merged, finished } = readFolder(folder);
  if (parts.length === 0 || cells.some(({ key }) => !finished.has(key))) return finished;
  const there = new Set(merged.results.map(({ key }) => key));
  const added = cells.filter(({ key }) => !there.has(key)).map(({ key }) => lineOf(finished.get(key)!));
  if (added.length > 0) writeAtomically(whole, Buffer.concat([merged.bytes, Buffer.from(added.join(""))]));
  for (const { key } of cells) there.add(key);
  for (const { path, results } of parts) {
    const hasOthers = results.some(({ key }) => !there.has(key)); // of a larger sweep in the same folder
    if (!hasOthers) rmSync(path, { force: true });
  }
  return finished;
}

/**
 * The lines of cells.jsonl and of the parts, and all finished cells by their keys. Parts are read first: one that vanishes
 * meanwhile has just been put into cells.jsonl.
 */
function readFolder(folder: string) {
  const parts = partsOf(folder).map((path) => ({ path, ...readCellLines(path) }));
  const merged = readCellLines(join(folder, "cells.jsonl"));
  const finished = new Map<string, CellResult>();
  for (const { results } of [merged, ...parts])
    for (const result of results) if (!finished.has(result.key)) finished.set(result.key, result);
  return { parts, merged, finished };
}

function partsOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^cells\..+\.jsonl$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Whole lines, as cells and as they are; none when there is no file. */
function readCellLines(path: string): { results: CellResult[]; bytes: Uint8Array } {
  const { lines, bytes } = readLines(path);
  return { results: lines.map((line, i) => readLine(line, `${path}, line ${i + 1}`)), bytes };
}

function readLine(line: string, where: string): CellResult {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`${where}: expected a finished cell (JSON), found ${(error as Error).message}`);
  }
  return checkCell(value, where);
}

function readSettings(path: string): Record<string, unknown> {
  if (!existsSync(path)) throw new Error(`${path}: expected a sweep's settings, found nothing there`);
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path}: expected a sweep's settings (JSON), found ${(error as Error).message}`);
  }
  if ((found as { kind?: unknown } | null)?.kind === kind) return found as Record<string, unknown>;
  throw new Error(`${path}: expected a sweep's settings, kind "${kind}", found something else`);
}
