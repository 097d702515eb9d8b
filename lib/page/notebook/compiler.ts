import { fetchFile } from "../../files/fetch";
import type { CellDiagnostic } from "../../kernel/compiler/compilation";
import { type CellCompiler, createCellCompiler } from "../../kernel/compiler/compiler";
import { cellOptions } from "../../kernel/compiler/options";
import { inspectionText } from "../../kernel/inspectionText";
import { missingModule } from "./missingModule";
import type { CompilerQuestions, FromCompiler, ToCompiler } from "./protocol";
import { typeFiles } from "./typeFiles";

/*
 * The worker that compiles a page's cells: the kernel's compiler on files that the build has put together. It is started when
 * somebody runs or edits a cell, since TypeScript is large.
 */
const scope = globalThis as unknown as {
  postMessage(message: FromCompiler): void;
  onmessage: (event: { data: ToCompiler }) => void;
  location: { href: string };
};

const folder = "/lab/notebooks";
const opened = openFiles();
let compiler: CellCompiler | undefined;

scope.onmessage = async ({ data: { id, name, args } }) => {
  try {
    const questions = await opened;
    const value = (questions[name] as (...args: unknown[]) => unknown)(...args);
    scope.postMessage({ id, value });
  } catch (error) {
    scope.postMessage({ id, why: (error as Error).message });
  }
};

async function openFiles(): Promise<CompilerQuestions> {
  const bytes = await fetchFile(new URL("notebook-types.json", scope.location.href).href);
  const texts = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, string>;
  const files = typeFiles(texts);
  const options = cellOptions({
    lib: ["lib.es2023.d.ts", "lib.webworker.d.ts"],
    types: [],
    paths: {
      "smitin-lab": ["/lab/lib/index.d.ts"],
      "smitin-lab/browser": ["/lab/lib/index.d.ts"],
      "smitin-lab/widgets": ["/lab/lib/index.d.ts"],
      "smitin-lab/tables": ["/lab/lib/tables.d.ts"],
      "danfojs-node": ["/lab/lib/tables.d.ts"],
    },
  });
  const create = () =>
    createCellCompiler({
      files,
      folder,
      options,
      isGlobal: (name) => name in globalThis,
      missing: missingModule,
    });
  const current = () => {
    compiler ??= create();
    return compiler;
  };
  return {
    compile: (source) => named(current().compile(source)),
    complete: (source, position) => current().complete(source, position),
    explain(source, position) {
      const found = current().inspect(source, position);
      return found && inspectionText(found);
    },
    restart() {
      compiler?.close();
      compiler = undefined;
    },
  };
}

/** Names and modules of Node.js: the compiler asks for their types, which would not help in a page. */
const nodeNames = new Set([2580, 2591]);

function named<Result extends { diagnostics: CellDiagnostic[] }>(result: Result): Result {
  for (const found of result.diagnostics) {
    const [, name] = /^Cannot find name '([^']+)'/.exec(found.message) ?? [];
    if (!nodeNames.has(found.code) || !name) continue;
    found.message = name.startsWith("node:")
      ? missingModule(name)
      : `Cannot find name '${name}': it is Node's, and a page has none.`;
  }
  return result;
}
