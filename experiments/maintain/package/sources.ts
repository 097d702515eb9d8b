import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Plugin } from "esbuild";

/** What a module of the built package has in place of CommonJS's own. */
const nodeShim = [
  'import { createRequire as smitinCreateRequire } from "node:module";',
  'import { dirname as smitinDirname } from "node:path";',
  'import { fileURLToPath as smitinPath } from "node:url";',
  "const require = /* @__PURE__ */ smitinCreateRequire(import.meta.url);",
  "const __filename = /* @__PURE__ */ smitinPath(import.meta.url);",
  "const __dirname = /* @__PURE__ */ smitinDirname(__filename);",
].join(" ");

/**
 * The sources are CommonJS when tsx runs them; the package is ES modules. What Node gives to the one and not to the other is put
 * before each file that uses it; a file that is required by its path becomes
 * - of the command line: a module of its own, loaded when its verb runs (`lazy` collects them);
 * - elsewhere: an import.
 */
export function asModules(root: string, lazy: Map<string, string>): Plugin {
  return {
    name: "sources as modules",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!path.startsWith(join(root, "lib"))) return undefined;
        const source = readFileSync(path, "utf8");
        if (/declare const require\b/.test(source)) return undefined; // it runs in a page too: the bundler reads it
        if (!/\brequire\b|\b__dirname\b|\b__filename\b/.test(source)) return undefined;
        const imports: string[] = [];
        const contents = source.replace(/\brequire\("(\.[^"]+)"\)/g, (_, request: string) => {
          if (request.endsWith(".cjs")) return `require("./${basename(request)}")`;
          if (path.includes("/lib/command/")) {
            const name = `command-${basename(request)}`;
            lazy.set(name, join(dirname(path), `${request}.ts`));
            return `require("./${name}.mjs")`;
          }
          const name = `smitinLater${imports.length}`;
          imports.push(`import * as ${name} from "${request}";`);
          return name;
        });
        return { contents: `${nodeShim} ${imports.join(" ")} ${contents}`, loader: "ts" };
      });
    },
  };
}
