import { join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { packagePath } from "../../../lib/disk/packageRoot";
import { asModules } from "./sources";
import { bundleTables, tablesInside } from "./tables";

/** What of a package becomes part of ours: Node can't import it. */
const inside = /^@tensorflow\/tfjs-core\/dist\/register_all_gradients/;

/**
 * The modules, with what several share in files of its own, so that there is one of each.
 * @param entries their names and sources
 * @returns what the modules hold
 */
export async function buildModules(dist: string, entries: Record<string, string>): Promise<Metafile> {
  const root = packagePath();
  const tables = await bundleTables(dist);
  const lazy = new Map<string, string>();
  const options = {
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    outdir: dist,
    outExtension: { ".js": ".mjs" },
    chunkNames: "shared-[hash]",
    charset: "utf8",
    metafile: true,
    logLevel: "warning",
    plugins: [prebuiltPages(), asModules(root, lazy), tablesInside, packages()],
  } satisfies BuildOptions;
  await build({ ...options, entryPoints: entries, write: false }); // finds what is lazy
  const built = await build({ ...options, entryPoints: { ...entries, ...Object.fromEntries(lazy) } });
  return { ...built.metafile, inputs: { ...built.metafile.inputs, ...tables.inputs } };
}

/** Which packages stay packages. */
function packages(): Plugin {
  return {
    name: "packages",
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === "entry-point" || inside.test(path) ? undefined : { path, external: true },
      );
    },
  };
}

/**
 * A widget's page is made when the package is, not when the widget is shown; one of a user's own is made then. Stands before
 * `asModules`, which reads every file that nobody has read yet.
 */
function prebuiltPages(): Plugin {
  const contents = `
    import { readFileSync } from "node:fs";
    import { isAbsolute } from "node:path";
    import { packagePath } from "../../disk/packageRoot";
    import { bundledPage } from "./bundledPage";
    const ready = (file) => readFileSync(packagePath("dist/pages", file), "utf8");
    export const pageModule = (name) => (isAbsolute(name) ? bundledPage(name, "esm") : ready(name + ".js"));
    export const pageScript = (name) => (isAbsolute(name) ? bundledPage(name, "cjs") : ready(name + ".cjs"));`;
  return {
    name: "prebuilt pages",
    setup({ onLoad }) {
      const filter = /notebook\/widgets\/pageModule\.ts$/;
      onLoad({ filter }, () => ({ contents, resolveDir: join(packagePath(), "lib/notebook/widgets") }));
    },
  };
}
