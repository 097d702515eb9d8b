import type { Declared, Kind } from "./topLevel";

/** Where a name of the cells comes from now. */
export interface Shared extends Declared {
  /** the cell that declared it last, as an import names it */
  cell: string;
}

/** The names that all cells share: each is what the cell that declared it last says. */
export interface SharedNames {
  get(name: string): Shared | undefined;
  /** A cell has been accepted: its names are shared from now on. */
  add(cell: string, declared: Map<string, Declared>): void;
  /**
   * What stands behind a cell's text, for the type checker: the cell's names go out, those of other cells that it uses come
   * in, with the types they have there. Whatever is imported cannot be assigned to, so variables are declared.
   * @param text only names in it come in; all if absent
   */
  tail(declared: Map<string, Declared>, text?: string): string;
}

export function createSharedNames(): SharedNames {
  const shared = new Map<string, Shared>();
  return {
    get: (name) => shared.get(name),
    add(cell, declared) {
      for (const [name, how] of declared) {
        if (how.kind === "using") continue;
        const before = shared.get(name);
        const isType = how.isType || (before !== undefined && keepsType(how, before));
        shared.set(name, { ...how, isType, cell });
      }
    },
    tail(declared, text) {
      const used =
        text === undefined ? undefined : new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
      const lines: string[] = [];
      for (const [name, how] of shared) {
        if (used && !used.has(name)) continue;
        if (declared.has(name) && !keepsType(declared.get(name)!, how)) continue;
        const from = JSON.stringify(how.cell);
        const word = variable(how);
        if (word) lines.push(`declare ${word} ${name}: typeof import(${from}).${name};`);
        else lines.push(`import { ${name} } from ${from};`);
      }
      const own = [...declared].filter(([, { kind }]) => kind !== "using").map(([name]) => name);
      return `\n;${lines.join("")}export { ${own.join(", ")} };`;
    },
  };
}

/** Does an earlier cell's type stay under a name that a cell declares as a value only? */
function keepsType(now: Declared, before: Shared): boolean {
  return !now.isType && before.kind === "type";
}

function variable({ kind, isType }: Declared): "let" | "const" | undefined {
  if (isType) return undefined;
  const words: Partial<Record<Kind, "let" | "const">> = { let: "let", var: "let", const: "const" };
  return words[kind];
}
