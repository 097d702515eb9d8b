import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../disk/writeAtomically";
import { plainJson } from "../math/hash";
import type { CellResult } from "./cell";

/**
 * What all cells of a folder have in common; a folder of other ones is refused, as far as it says what its cells have in
 * common. Plain data.
 */
export type Identity = Record<string, unknown>;

/**
 * A sweep's folder: sweep.json says what it is, cells.jsonl holds a line for each finished cell. Processes that share the
 * work write to parts beside it, cells.<part>.jsonl, until all cells are there.
 */
export interface Store {
  /** Finished cells by their keys, those in parts too, as the folder was when it was opened. */
  finished: Map<string, CellResult>;
  /** What the cells that are there were made on, where that is known. */
  engine: string | undefined;
  /** Say what the cells to come are made on. @throws Error when those that are there were made on another engine */
  begin(engine: string): void;
  /** Write one more, at once. */
  append(result: CellResult): void;
  /**
   * If all these cells are finished, put those that are in parts into cells.jsonl, after what it holds and in this order,
   * and remove the parts: the file is then that of one process that computed them all. Several processes may do so at once.
   * @returns the finished cells now
   */
  settle(cells: { key: string }[]): Map<string, CellResult>;
}

const kind = "smitin-sweep";

/**
 * Open a sweep's folder, or make it. A last line that was cut short, as a killed run leaves it, is taken away.
 * @param about what is recorded beside the identity and may change from run to run
 * @param part where finished cells go when others work on the same folder
 * @throws Error when the folder holds another sweep, or a line that is no cell's
 */
export function openStore(
  folder: string,
  identity: Identity,
  about: Record<string, unknown>,
  part?: string,
): Store {
  const [settings, whole] = [join(folder, "sweep.json"), join(folder, "cells.jsonl")];
  if (existsSync(settings)) sameSweep(settings, identity);
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
  if (existsSync(path)) truncateSync(path, readLines(path).lines.length);
  return {
    finished,
    engine: engineThere(),
    begin(engine) {
      const there = engineThere();
      if (there !== undefined && there !== engine)
        throw new Error(
          `${folder}: its cells were made on the engine ${there}, and those to come would be on ${engine}: sums differ in their last bits, and so do takes. Compute on ${there} (SMITIN_BACKEND), or take another folder`,
        );
      describe(engine);
    },
    append: (result) => appendFileSync(path, lineOf(result)),
    settle: (cells) => settle(folder, whole, cells),
  };
}

/**
 * The finished cells of a sweep's folder, without the model: those in parts last.
 * @throws Error when there is no sweep, or a line is no cell's
 */
export function readCells(folder: string): { trait: string; cells: CellResult[] } {
  const { trait } = readSettings(join(folder, "sweep.json"));
  return { trait: String(trait), cells: [...readFolder(folder).finished.values()] };
}

function settle(folder: string, whole: string, cells: { key: string }[]): Map<string, CellResult> {
  const { parts, merged, finished } = readFolder(folder);
  if (parts.length === 0 || cells.some(({ key }) => !finished.has(key))) return finished;
  const there = new Set(merged.results.map(({ key }) => key));
  const added = cells.filter(({ key }) => !there.has(key)).map(({ key }) => lineOf(finished.get(key)!));
  if (added.length > 0) writeAtomically(whole, Buffer.concat([merged.lines, Buffer.from(added.join(""))]));
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
  const parts = partsOf(folder).map((path) => ({ path, ...readLines(path) }));
  const merged = readLines(join(folder, "cells.jsonl"));
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

function lineOf(result: CellResult): string {
  return `${JSON.stringify(result)}\n`;
}

/** Whole lines, as cells and as they are; none when there is no file. */
function readLines(path: string): { results: CellResult[]; lines: Buffer } {
  const data = readIfThere(path);
  const lines = data.subarray(0, data.lastIndexOf(10) + 1);
  const texts = lines.toString("utf8").split("\n").slice(0, -1);
  const results = texts.map((line, i) => readLine(line, `${path}, line ${i + 1}`));
  return { results, lines };
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

function readLine(line: string, where: string): CellResult {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`${where}: expected a finished cell (JSON), found ${(error as Error).message}`);
  }
  const { key, cell, tokens } = (value ?? {}) as Partial<CellResult>;
  if (typeof key !== "string" || typeof cell !== "object" || !Array.isArray(tokens))
    throw new Error(
      `${where}: expected a finished cell with key, cell and tokens, found ${line.slice(0, 60)}`,
    );
  return value as CellResult;
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

function sameSweep(path: string, identity: Identity): void {
  const found = readSettings(path);
  for (const [name, expected] of Object.entries(identity)) {
    if (!(name in found)) continue; // an older lab did not record it
    const [wanted, there] = [expected, found[name]].map((value) => plainJson(value ?? null, name));
    if (wanted !== there)
      throw new Error(`${path}: the folder holds another sweep: expected ${name} ${wanted}, found ${there}`);
  }
}
