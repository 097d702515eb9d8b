import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rollDeclarations } from "../../package/declarations";

/** The declarations that a page's cells are checked against, by the paths that its compiler knows (lib/page/notebook/typeFiles.ts). */
export async function pageTypes(): Promise<Record<string, string>> {
  const dist = mkdtempSync(join(tmpdir(), "smitin-types-"));
  try {
    await rollDeclarations(dist, { index: "lib/page/notebook/lab.ts", tables: "lib/tables/index.ts" });
    const texts: Record<string, string> = {};
    for (const file of readdirSync(dist)) {
      const text = readFileSync(join(dist, file), "utf8");
      texts[`/lab/lib/${file.replace(/\.mts$/, ".ts")}`] = text.replace(
        /(["']\.\/[\w-]+)\.mjs(["'])/g,
        "$1$2",
      );
    }
    for (const name of ["tfjs-core", "tfjs-layers"]) addPackage(texts, `@tensorflow/${name}`);
    addTypeScript(texts);
    return texts;
  } finally {
    rmSync(dist, { recursive: true });
  }
}

function addPackage(texts: Record<string, string>, name: string): void {
  const home = dirname(require.resolve(`${name}/package.json`));
  const at = (file: string) => `/lab/node_modules/${name}/${file}`;
  texts[at("package.json")] = readFileSync(join(home, "package.json"), "utf8");
  for (const entry of readdirSync(join(home, "dist"), { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith(".d.ts") || entry.name.endsWith("_test.d.ts")) continue;
    const path = join(entry.parentPath, entry.name);
    texts[at(path.slice(home.length + 1))] = readFileSync(path, "utf8");
  }
}

function addTypeScript(texts: Record<string, string>): void {
  const folder = dirname(require.resolve("typescript"));
  for (const file of readdirSync(folder))
    if (/^lib\.(es5|es6|es20\d\d(\..*)?|webworker|decorators(\..*)?)\.d\.ts$/.test(file))
      texts[`/typescript/${file}`] = readFileSync(join(folder, file), "utf8");
}
