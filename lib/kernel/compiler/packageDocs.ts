import ts from "typescript";
import type { CompilerFiles } from "./cellFiles";

type Documented = ts.Node & { jsDoc?: ts.JSDoc[] };

/** The documentation of packages' declarations: a seventh of reading them, and seldom asked for. */
export interface PackageDocs {
  /** A file's text as the compiler is to read it: of the same length, but a package's comments document nothing. */
  without(path: string, text: string): string;
  /** Give the files that declare what is at a position their documentation back. */
  restore(checker: ts.TypeChecker, file: ts.SourceFile, position: number): void;
}

export function packageDocs(files: Pick<CompilerFiles, "readFile">): PackageDocs {
  const restored = new WeakSet<ts.SourceFile>();
  return {
    without: (path, text) => (isPackages(path) ? text.replaceAll(/\/\*\*(?!\/)/g, "/* ") : text),
    restore(checker, file, position) {
      const node = identifierAt(file, position);
      const symbol = node && checker.getSymbolAtLocation(node);
      if (!symbol) return;
      restoreOf(symbol);
      if (symbol.flags & ts.SymbolFlags.Alias) restoreOf(checker.getAliasedSymbol(symbol));
    },
  };

  function restoreOf({ declarations = [] }: ts.Symbol): void {
    for (const declaration of declarations) {
      const file = declaration.getSourceFile();
      if (!isPackages(file.fileName) || restored.has(file)) continue;
      restored.add(file);
      const text = files.readFile(file.fileName);
      if (text?.length !== file.text.length) continue; // another version by now: its places are elsewhere
      document(file, ts.createSourceFile(file.fileName, text, file.languageVersion, true));
    }
  }

  /** Both trees have the same shape. */
  function document(to: Documented, from: Documented): void {
    if (from.jsDoc) {
      to.jsDoc = from.jsDoc;
      for (const doc of from.jsDoc) Object.assign(doc, { parent: to });
    }
    const children: ts.Node[] = [];
    ts.forEachChild(from, (child) => void children.push(child));
    let next = 0;
    ts.forEachChild(to, (child) => document(child, children[next++]));
  }
}

function isPackages(path: string): boolean {
  return /\.d\.[mc]?ts$/.test(path) && path.includes("/node_modules/");
}

/** The innermost name that a position touches. */
function identifierAt(file: ts.SourceFile, position: number): ts.Node | undefined {
  const find = (node: ts.Node): ts.Node | undefined => {
    if (position < node.getStart(file) || position > node.end) return undefined;
    return ts.forEachChild(node, find) ?? (ts.isIdentifier(node) ? node : undefined);
  };
  return ts.forEachChild(file, find);
}
