import type { Declared, Kind } from "./topLevel";

/** Where a name of the cells comes from now. */
export interface Shared extends Declared {
  /** the cell that declared it last */
  cell: number;
}

/** The names that all cells share: each is what the cell that declared it last says. */
export interface SharedNames {
  get(name: string): Shared | undefined;
  /** A cell has been accepted: its names are shared from now on. */
  add(cell: number, declared: Map<string, Declared>): void;
  /** The text of the file that all cells import: each name of each cell that has been accepted, under a name of its own. */
  hub(): string;
  /**
   * What stands behind a cell's text, for the type checker: the cell's names go out, those of other cells that it uses come
   * in, with the types they have there. Whatever is imported cannot be assigned to, so variables are declared.
   * @param text only names in it come in; all if absent
   */
  tail(declared: Map<string, Declared>, text?: string): string;
}

/** What cells and the file of their names are called where they are imported. */
export const hubName = "__names__";
export const cellName = (cell: number) => `__cell-${cell}__`;
/** Beginnings of names that are nobody's. */
const own = "__cell";

/**
 * How many cells the file of names imports, whether they are there or not, at first and then once more each time. A program
 * whose files import what they did before is made anew in a moment; so no cell imports another by itself.
 */
const room = 64;

export function createSharedNames(): SharedNames {
  const shared = new Map<string, Shared>();
  const exported: string[][] = [];
  return {
    get: (name) => shared.get(name),
    add(cell, declared) {
      exported[cell] = [];
      for (const [name, how] of declared) {
        if (how.kind === "using") continue;
        const before = shared.get(name);
        const isType = how.isType || (before !== undefined && keepsType(how, before));
        shared.set(name, { ...how, isType, cell });
        exported[cell].push(`${name} as ${alias(cell, name)}`);
      }
    },
    hub() {
      const places = room * Math.ceil((exported.length + 1) / room);
      const lines: string[] = [];
      for (let cell = 1; cell <= places; cell++)
        lines.push(`export { ${(exported[cell] ?? []).join(", ")} } from "./${cellName(cell)}";\n`);
      return lines.join("");
    },
    tail(declared, text) {
      const used = text === undefined ? undefined : new Set(text.match(identifiers));
      const imported: string[] = [];
      const variables: string[] = [];
      for (const [name, how] of shared) {
        if (used && !used.has(name)) continue;
        if (declared.has(name) && !keepsType(declared.get(name)!, how)) continue;
        const from = alias(how.cell, name);
        const word = variable(how);
        if (!word) imported.push(`${from} as ${name}`);
        // By import(): `typeof` of an imported name depends on what stands before it, which may be a call by this very name.
        else variables.push(`declare ${word} ${name}: typeof import("./${hubName}").${from};`);
      }
      const out = [...declared].filter(([, { kind }]) => kind !== "using").map(([name]) => name);
      const imports = `import { ${imported.join(", ")} } from "./${hubName}";`;
      return `\n;${imports}${variables.join("")}export { ${out.join(", ")} };`;
    },
  };
}

/** Is a name one of those that only the checker knows? */
export function isInternal(name: string): boolean {
  return name.startsWith(own);
}

const identifiers = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;

function alias(cell: number, name: string): string {
  return `${own}${cell}_${name}`;
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
