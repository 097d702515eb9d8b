import { type RollupLog, rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { packagePath } from "../lib/disk/packageRoot";

/** The entries' types, what several share in files of its own. */
export async function rollDeclarations(dist: string, entries: Record<string, string>): Promise<void> {
  const input = Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, packagePath(path)]));
  const bundle = await rollup({
    input,
    plugins: [dts({ tsconfig: packagePath("tsconfig.json"), includeExternal: ["danfojs-node"] })],
    onLog: say,
  });
  await bundle.write({
    dir: dist,
    format: "es",
    entryFileNames: "[name].d.mts",
    chunkFileNames: "types-[hash].d.mts",
  });
}

/** @tensorflow/tfjs-layers gives on what is tfjs-core's, so that some names come from both; and types without names of ours are meant. */
const say = (level: string, log: RollupLog): void => {
  if (level !== "warn" || log.code === "AMBIGUOUS_EXTERNAL_NAMESPACES") return;
  console.warn(log.message);
};
