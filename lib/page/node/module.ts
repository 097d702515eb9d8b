import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** `SourceMap` of `node:module` as a page has it. Lines and columns are counted from 0. */
export class SourceMap {
  private readonly map: TraceMap;

  constructor(payload: ConstructorParameters<typeof TraceMap>[0]) {
    this.map = new TraceMap(payload);
  }

  findEntry(line: number, column: number): { originalLine?: number; originalColumn?: number } {
    const { line: found, column: at } = originalPositionFor(this.map, { line: line + 1, column });
    return found === null ? {} : { originalLine: found - 1, originalColumn: at };
  }
}
