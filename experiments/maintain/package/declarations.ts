import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Plugin, type RollupLog, rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { packagePath } from "../../../lib/disk/packageRoot";

/** The entries' types, what several share in files of its own. */
export async function rollDeclarations(dist: string, entries: Record<string, string>): Promise<void> {
  const input = Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, packagePath(path)]));
  const types = dts({ tsconfig: packagePath("tsconfig.json"), includeExternal: ["danfojs-node"] });
  const bundle = await rollup({ input, plugins: [foreign, types], onLog: say });
  await bundle.write({
    dir: dist,
    format: "es",
    entryFileNames: "[name].d.mts",
    chunkFileNames: "types-[hash].d.mts",
  });
  writeFileSync(join(dist, "tensorflow.d.mts"), `${tensorflow.join("\n")}\n`);
}

/** `tf`, a namespace of types too: it stays a module of its own. */
const tensorflow = [
  'import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";',
  'export * from "@tensorflow/tfjs-core";',
  'export * from "@tensorflow/tfjs-layers";',
];

/** Where types of other packages are that ours name. */
const foreign: Plugin = {
  name: "foreign types",
  resolveId(source, importer = "") {
    if (source === "./tensorflow") return { id: "./tensorflow.mjs", external: true };
    if (!importer.includes("/danfojs-node/")) return null;
    if (/^(node-fetch|table|xlsx|papaparse|plotly\.js-dist-min)$/.test(source)) return settings;
    const path = join(dirname(importer), source);
    const isFolder = source.startsWith(".") && existsSync(join(path, "index.d.ts"));
    return isFolder ? join(path, "index.d.ts") : null;
  },
};

const settings = packagePath("experiments/maintain/package/foreign/settings.d.ts");

/** Names that tfjs-core and tfjs-layers both give are the same, and types without names of ours are meant to be. */
function say(level: string, log: RollupLog): void {
  if (level === "warn" && log.code !== "UNRESOLVED_IMPORT") console.warn(log.message);
}
