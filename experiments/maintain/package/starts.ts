import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { packagePath } from "../../../lib/disk/packageRoot";

/**
 * Where processes and threads begin: the .cjs files of lib/, which start their module under tsx (but the command's, which stays). Built they need no tsx for
 * themselves, only the kernel does for the files of those who use it. All lie side by side, as the modules that start them do.
 * @returns the modules that they start, by name
 */
export function buildStarts(dist: string): Record<string, string> {
  const modules: Record<string, string> = {};
  mkdirSync(dist, { recursive: true });
  for (const path of startFiles()) {
    const source = readFileSync(path, "utf8");
    const lines = source.split("\n").filter((line) => !/tsx\/cjs\/api/.test(line));
    const built = lines
      .join("\n")
      .replace(/\brequire\("(\.\.?\/[^"]+)\.ts"\)/g, (_, request: string) => {
        const name = `start-${basename(path, ".cjs")}`;
        modules[name] = join(dirname(path), `${request}.ts`);
        return `import("./${name}.mjs")`;
      })
      .replace(/\brequire\("\.\.?\/[^"]*\/([^"/]+\.cjs)"\)/g, 'require("./$1")')
      .replace(/lib\/\S+\.ts under tsx/g, "its module");
    writeFileSync(join(dist, basename(path)), built);
  }
  return modules;
}

function startFiles(): string[] {
  const folder = packagePath("lib");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".cjs") && !/^(tables|command)/.test(name))
    .map((name) => join(folder, name));
}
