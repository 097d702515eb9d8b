import type { Figure } from "../../figures/figure";
import type { CellOutput } from "../../kernel/cells/outputQueue";
import type { CellDiagnostic, Compilation, CompiledCell } from "../../kernel/compiler/compilation";
import type { Completion } from "../../kernel/compiler/completion";
import type { CommMessage } from "../../kernel/protocol/comms";

/** A cell to be run: compiled, or with what is wrong with it. */
export interface Order {
  /** what names the cell in the notebook */
  key: string;
  /** by which tracebacks name it */
  number: number;
  source: string;
  compiled?: CompiledCell;
  diagnostics: CellDiagnostic[];
}

/** What the worker that runs cells is told. */
export type ToCells =
  | { say: "run"; order: Order }
  | { say: "interrupt" }
  | { say: "comm"; message: CommMessage }
  | { say: "drawn"; id: number; svg?: string; why?: string };

/** What it answers. */
export type FromCells =
  | { say: "output"; output: CellOutput }
  | { say: "ended"; ok: boolean }
  | { say: "comm"; message: CommMessage }
  /** a figure's still, which only a page can draw */
  | { say: "draw"; id: number; figure: Figure; size: { width?: number; height?: number } }
  /** a cell has written a file, which lives as long as the worker */
  | { say: "file"; path: string; bytes: Uint8Array };

/** What the compiler's worker is asked, and what it answers. */
export interface CompilerQuestions {
  compile(source: string): Compilation;
  complete(source: string, position: number): Completion;
  /** a name's type and documentation */
  explain(source: string, position: number): string | undefined;
  /** Forget all cells. */
  restart(): void;
}

export type ToCompiler = { id: number; name: keyof CompilerQuestions; args: unknown[] };
export type FromCompiler = { id: number } & ({ value: unknown } | { why: string });
