import type { SourceMapPayload } from "node:module";
import ts from "typescript";
import type { CompiledCell } from "./compilation";
import { liveNames } from "./liveNames";
import { stopAwaits, waitsAtTop } from "./stopAwaits";

/**
 * A sound cell's JavaScript.
 * @param end where its own text ends
 * @param isBound as of `liveNames`
 */
export function emitCell(
  program: ts.Program,
  file: ts.SourceFile,
  end: number,
  isBound: (name: string) => boolean,
): Omit<CompiledCell, "modules"> {
  let output = "";
  let map = "";
  const write = (path: string, text: string) => {
    if (path.endsWith(".map")) map = text;
    else output = text;
  };
  const names = liveNames(program.getTypeChecker(), isBound, end);
  program.emit(file, write, undefined, false, { before: [names, stopAwaits] });
  return {
    output: bodyOf(output),
    map: JSON.parse(map) as SourceMapPayload,
    waits: waitsAtTop(file),
  };
}

/** The JavaScript of a cell that is a module, as `require` loads it. */
export function emitModule(source: string, fileName: string, options: ts.CompilerOptions): string {
  const { outputText } = ts.transpileModule(source, {
    fileName,
    compilerOptions: { ...options, module: ts.ModuleKind.CommonJS, sourceMap: false },
    transformers: { before: [stopAwaits] },
  });
  return outputText;
}

/** Without what only a module's file has at its end. */
function bodyOf(output: string): string {
  return output.replace(/(?:^export \{\};\s*)?^\/\/# sourceMappingURL=.*\s*$/m, "");
}
