import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { entries } from "./ownPackage";
import { projectRoot } from "./projectRoot";

/**
 * What to say of a module that was not found: what was expected, and for a package how it is installed.
 * @param request as an import has it
 * @param folder of the file, or of the notebook, that has the import
 */
export function missingModule(request: string, folder: string): string {
  const lacking = `Cannot find module '${request}'`;
  if (/^([./]|[A-Za-z]:)/.test(request)) return `${lacking}: expected such a file, seen from ${folder}.`;
  const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(request) ?? [request];
  if (request.startsWith("node:") || isBuiltin(name)) return `${lacking}: Node.js has no such part.`;
  if (name === "smitin-lab") {
    const parts = Object.keys(entries).filter((part) => part !== "index");
    return `${lacking}: the lab's parts are ${parts.join(", ")}, and smitin-lab itself.`;
  }
  if (isInstalled(name, folder)) return `${lacking}: the package ${name} is installed and has no such part.`;
  return `${lacking}: it is installed by \`!npm install ${name}\` in a cell, or \`npm install ${name}\` in ${projectRoot(folder)}.`;
}

function isInstalled(name: string, folder: string): boolean {
  if (existsSync(join(folder, "node_modules", name, "package.json"))) return true;
  return folder !== dirname(folder) && isInstalled(name, dirname(folder));
}
