import { provideCall } from "../../notebook/libraries";
import type { CellOutput } from "./outputQueue";

/** Which cell's output brings each browser library, so that a notebook holds it once and never loses it. */
export interface LibraryOwners {
  /** A cell runs: what it put out before is gone, and so is what deleted cells did. */
  begin(key: string, deleted?: string[]): void;
  /** Must the present output bring the library? */
  claim(library: string): boolean;
  /** An output has gone out. */
  delivered(output: CellOutput): void;
  /** Libraries that outputs wait for and none brings any more; the present cell's next output will. */
  missing(): string[];
}

export function createLibraryOwners(): LibraryOwners {
  const owners = new Map<string, string>(); // library -> the cell whose output brings it
  const waiting = new Map<string, Set<string>>(); // library -> cells whose outputs do not
  const promised = new Set<string>(); // claimed by outputs that have not gone out, and may never
  let key = "";

  return {
    begin(cell, deleted = []) {
      key = cell;
      for (const gone of [cell, ...deleted]) {
        for (const [library, owner] of owners) if (owner === gone) owners.delete(library);
        for (const cells of waiting.values()) cells.delete(gone);
      }
    },
    claim(library) {
      if (!owners.has(library)) {
        owners.set(library, key);
        promised.add(library);
        return true;
      }
      waiting.set(library, (waiting.get(library) ?? new Set()).add(key));
      return false;
    },
    delivered(output) {
      if (promised.size === 0 || !("data" in output)) return;
      const html = String(output.data["text/html"]);
      for (const library of promised) if (html.includes(provideCall(library))) promised.delete(library);
    },
    missing() {
      for (const library of promised) owners.delete(library);
      promised.clear();
      const lost = [...waiting].filter(([library, cells]) => cells.size > 0 && !owners.has(library));
      return lost.map(([library]) => {
        owners.set(library, key);
        return library;
      });
    },
  };
}
