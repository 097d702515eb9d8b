import { join } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";

/** Bundle a file for a browser, without touching any module of Node's. @throws Error where that cannot be done */
export async function bundleForBrowser(
  entry: string,
  outdir: string,
  options: BuildOptions = {},
): Promise<Metafile> {
  const { metafile } = await build({
    ...{ entryPoints: [entry], outdir, bundle: true, platform: "browser", format: "esm", splitting: true },
    ...{ absWorkingDir: join(__dirname, "../.."), target: "es2022", minify: true, metafile: true },
    logLevel: "silent",
    ...options,
  });
  return metafile!;
}
