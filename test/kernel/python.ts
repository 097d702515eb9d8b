import { spawn, spawnSync } from "node:child_process";
import { pythonOf } from "../../lib/jupyter/environment";

/** A Python that has these modules: SMITIN_PYTHON, the lab's own, or what is on the PATH. */
export function pythonWith(...modules: string[]): string | undefined {
  const has = (command: string) => spawnSync(command, ["-c", `import ${modules.join(", ")}`]).status === 0;
  return [process.env.SMITIN_PYTHON, pythonOf(), "python3", "python"].find(
    (command) => command && has(command),
  );
}

/** Run Python; Jupyter finds kernels in `jupyterPath`. */
export async function runPython(
  python: string,
  args: string[],
  jupyterPath: string,
): Promise<{ status: number | null; output: string }> {
  const child = spawn(python, args, { env: { ...process.env, JUPYTER_PATH: jupyterPath } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, output };
}
