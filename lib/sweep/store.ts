import { plainJson } from "../math/hash";
import type { CellResult } from "./cell";

/**
 * What all cells of a store have in common; one of other cells is refused, as far as it says what its cells have in common.
 * Plain data.
 */
export type Identity = Record<string, unknown>;

/** Where a sweep's finished cells are kept. */
export interface SweepStore {
  /** Finished cells by their keys, those of other parts too, as the store was when it was opened. */
  finished: Map<string, CellResult>;
  /** What the cells that are there were made on, where that is known. */
  engine: string | undefined;
  /** Say what the cells to come are made on. @throws Error when those that are there were made on another engine */
  begin(engine: string): void;
  /** Keep one more, at once. */
  append(result: CellResult): void;
  /**
   * If all these cells are finished, bring those that are in parts together, in this order: the store is then that of one process
   * that computed them all. Several processes may do so at once.
   * @returns the finished cells now
   */
  settle(cells: { key: string }[]): Map<string, CellResult>;
}

/**
 * Opens a store for a sweep.
 * @param about what is recorded beside the identity and may change from run to run
 * @param part where finished cells go when others work on the same store
 * @throws Error when the store holds another sweep, or something that is no cell
 */
export type OpenSweepStore = (
  identity: Identity,
  about: Record<string, unknown>,
  part?: string,
) => SweepStore;

/** Finished cells in memory, for as long as a page or a process lives: a sweep that was stopped goes on where it was. */
export function memoryStore(): OpenSweepStore {
  const finished = new Map<string, CellResult>();
  let known: Identity | undefined;
  let madeOn: string | undefined;
  const engineThere = () => (finished.size > 0 ? madeOn : undefined);
  return (identity) => {
    if (known) checkIdentity(known, identity, "memory: this store");
    known = identity;
    return {
      finished: new Map(finished),
      engine: engineThere(),
      begin(engine) {
        checkEngine(engineThere(), engine, "memory");
        madeOn = engine;
      },
      append: (result) => void finished.set(result.key, result),
      settle: () => new Map(finished),
    };
  };
}

/**
 * Make sure that a store is of this sweep.
 * @param found what it says of itself; fields that it does not name are not asked for, since an older lab did not record them
 * @param where what messages begin with
 * @throws Error naming the field, what was expected and what was found
 */
export function checkIdentity(found: Identity, identity: Identity, where: string): void {
  for (const [name, expected] of Object.entries(identity)) {
    if (!(name in found)) continue;
    const [wanted, there] = [expected, found[name]].map((value) => plainJson(value ?? null, name));
    if (wanted !== there)
      throw new Error(`${where} holds another sweep: expected ${name} ${wanted}, found ${there}`);
  }
}

/** Make sure that cells to come are made on the engine of those that are there. @throws Error naming both */
export function checkEngine(there: string | undefined, engine: string, where: string): void {
  if (there !== undefined && there !== engine)
    throw new Error(
      `${where}: its cells were made on the engine ${there}, and those to come would be on ${engine}: sums differ in their last bits, and so do takes. Compute on ${there} (SMITIN_BACKEND), or take another folder`,
    );
}
