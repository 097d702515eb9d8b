import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

const written = 'require("util")';

/**
 * Give a package back what Node.js 23 took out of its module `util` (isNullOrUndefined, isArray), in a file of its own that its other
 * files then read. Nobody else sees a difference.
 * @param folder of the package's JavaScript, folders in it included
 * @throws Error when no file of it uses `util`, as when another release has been installed
 */
export function keepOldUtil(folder: string): void {
  const file = "oldUtil.js";
  const users = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) =>
      name.endsWith(".js") && name !== file && readFileSync(join(folder, name), "utf8").includes(written),
  );
  if (users.length === 0) throw new Error(`${folder}: expected files with ${written}, found none`);
  for (const name of users) {
    const path = join(folder, name);
    const own = `./${relative(join(path, ".."), join(folder, file))}`;
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(written, `require(${JSON.stringify(own)})`));
  }
  writeFileSync(join(folder, file), content);
}

const content = `module.exports = {
  __proto__: require("node:util"),
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
};
`;
