import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the binding's files ask for: the whole of TensorFlow.js, and in one place its core. */
const names = ["tfjs", "tfjs-core"];

/**
 * The binding registers its kernels with the TensorFlow.js that it finds, which must be the lab's own, wherever the binding lies
 * (`loadNative` hands it over).
 * @param scope the folder `node_modules/@tensorflow` that the binding is in
 * @param version of TensorFlow.js
 */
export function standIn(scope: string, version: string): void {
  for (const name of names) {
    const folder = join(scope, name);
    mkdirSync(folder);
    writeFileSync(
      join(folder, "package.json"),
      `{ "name": "@tensorflow/${name}", "version": "${version}" }\n`,
    );
    writeFileSync(
      join(folder, "index.js"),
      'module.exports = globalThis[Symbol.for("smitin.tensorflow")];\n',
    );
  }
}
