import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../file";
import type { CellResult } from "./cell";
import { plainJson } from "./key";

/** What all cells of a folder have in common; a folder of other ones is refused. Plain data. */
export type Identity = Record<string, unknown>;

/** A sweep's folder: sweep.json says what it is, cells.jsonl holds a line for each finished cell. */
export interface Store {
  /** Finished cells by their keys, in the file's order. */
  finished: Map<string, CellResult>;
  /** Write one more, at once. */
  append(result: CellResult): void;
}

const kind = "smitin-sweep";

/**
 * Open a sweep's folder, or make it. A last line that was cut short, as a killed run leaves it, is taken away.
 * @param about what is recorded beside the identity and may change from run to run
 * @throws Error when the folder holds another sweep, or a line that is no cell's
 */
export function openStore(folder: string, identity: Identity, about: Record<string, unknown>): Store {
  const [settings, cells] = [join(folder, "sweep.json"), join(folder, "cells.jsonl")];
  if (existsSync(settings)) sameSweep(settings, identity);
  else if (existsSync(cells))
    throw new Error(`${settings}: expected what ${cells} belongs to, found nothing`);
  mkdirSync(folder, { recursive: true });
  const text = `${JSON.stringify({ kind, ...identity, ...about }, null, 1)}\n`;
  if (!existsSync(settings) || readFileSync(settings, "utf8") !== text) writeAtomically(settings, text);
  const { results, bytes } = readLines(cells);
  if (existsSync(cells)) truncateSync(cells, bytes);
  return {
    finished: new Map(results.map((result) => [result.key, result])),
    append: (result) => appendFileSync(cells, `${JSON.stringify(result)}\n`),
  };
}

/**
 * The finished cells of a sweep's folder, without the model.
 * @throws Error when there is no sweep, or a line is no cell's
 */
export function readCells(folder: string): { trait: string; cells: CellResult[] } {
  const { trait } = readSettings(join(folder, "sweep.json"));
  return { trait: String(trait), cells: readLines(join(folder, "cells.jsonl")).results };
}

/** Whole lines, and the bytes they take. */
function readLines(path: string): { results: CellResult[]; bytes: number } {
  if (!existsSync(path)) return { results: [], bytes: 0 };
  const data = readFileSync(path);
  const bytes = data.lastIndexOf(10) + 1;
  const lines = data.toString("utf8", 0, bytes).split("\n").slice(0, -1);
  const results = lines.map((line, i) => readLine(line, `${path}, line ${i + 1}`));
  return { results, bytes };
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
    const [wanted, there] = [expected, found[name]].map((value) => plainJson(value ?? null, name));
    if (wanted !== there)
      throw new Error(`${path}: the folder holds another sweep: expected ${name} ${wanted}, found ${there}`);
  }
}
