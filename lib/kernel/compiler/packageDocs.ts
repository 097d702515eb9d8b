import type TypeScript from "@tslab/typescript-for-tslab";

type Documented = TypeScript.Node & { jsDoc?: TypeScript.JSDoc[] };

/** The documentation of packages' declarations: a seventh of reading them, and seldom asked for. */
export interface PackageDocs {
  /** A file's text as the compiler is to read it: of the same length, but a package's comments document nothing. */
  without(path: string, text: string): string;
  /** Give the files that declare a symbol their documentation back. */
  restore(symbol: TypeScript.Symbol): void;
}

export function packageDocs(ts: typeof TypeScript): PackageDocs {
  const restored = new WeakSet<TypeScript.SourceFile>();
  return {
    without: (path, text) => (isPackages(path) ? text.replaceAll(/\/\*\*(?!\/)/g, "/* ") : text),
    restore({ declarations = [] }) {
      for (const declaration of declarations) {
        const file = declaration.getSourceFile();
        if (!isPackages(file.fileName) || restored.has(file)) continue;
        restored.add(file);
        const text = ts.sys.readFile(file.fileName);
        if (text?.length !== file.text.length) continue; // another version by now: its places are elsewhere
        document(file, ts.createSourceFile(file.fileName, text, file.languageVersion, true));
      }
    },
  };

  /** Both trees have the same shape. */
  function document(to: Documented, from: Documented): void {
    if (from.jsDoc) {
      to.jsDoc = from.jsDoc;
      for (const doc of from.jsDoc) Object.assign(doc, { parent: to });
    }
    const children: TypeScript.Node[] = [];
    ts.forEachChild(from, (child) => void children.push(child));
    let next = 0;
    ts.forEachChild(to, (child) => document(child, children[next++]));
  }
}

function isPackages(path: string): boolean {
  return /\.d\.[mc]?ts$/.test(path) && path.includes("/node_modules/");
}
