import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { kernelName } from "../kernel/kernelSpec";
import type { LabEnvironment } from "./environment";
import type { LabServer } from "./server";

const sum = `
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name=sys.argv[1], startup_timeout=120)
client.execute_interactive(
    "const six: number = [1, 2, 3].reduce((a, b) => a + b);\\nsix",
    timeout=120,
    output_hook=lambda m: print(m["content"].get("data", {}).get("text/plain", ""), end=""),
)
client.stop_channels()
manager.shutdown_kernel()
`;

/**
 * Does the running JupyterLab have what the lab needs, and does the kernel answer?
 * @returns what was found, a line each
 * @throws Error naming what is missing
 */
export async function checkLab({ python, prefix }: LabEnvironment, server: LabServer): Promise<string[]> {
  const { version } = (await server.ask("/api")) as { version: string };
  const specs = (await server.ask("/api/kernelspecs")) as { default: string; kernelspecs: object };
  if (!(kernelName in specs.kernelspecs)) {
    throw new Error(
      `expected the kernel ${kernelName}, found ${Object.keys(specs.kernelspecs).join(", ") || "none"}`,
    );
  }
  if (specs.default !== kernelName) {
    throw new Error(`expected ${kernelName} as the default kernel, found ${specs.default}`);
  }
  const extensions = (await server.ask("/lab/api/extensions")) as { name: string; installed: boolean }[];
  const names = extensions.map(({ name }) => name.replace("@", "").replace("/", "-")); // as newer versions write it
  for (const needed of ["anywidget", "jupyter-widgets-jupyterlab-manager"]) {
    if (!names.includes(needed)) {
      throw new Error(`expected the JupyterLab extension ${needed}, found ${names.join(", ") || "none"}`);
    }
  }
  const notebooks = (await server.ask("/api/contents/notebooks")) as { content: { name: string }[] };
  const { status, stdout, stderr } = spawnSync(python, ["-c", sum, kernelName], {
    encoding: "utf8",
    env: { ...process.env, JUPYTER_PATH: join(prefix, "share/jupyter") },
    timeout: 300_000,
  });
  if (status !== 0 || stdout.trim() !== "6") {
    throw new Error(
      `expected the kernel to add 1, 2 and 3, found "${stdout.trim()}" ${stderr.trim().slice(-1000)}`,
    );
  }
  return [
    `Jupyter server ${version}, widgets by ${names.filter((name) => /widget/.test(name)).join(", ")}`,
    `kernel ${kernelName}: the default, and it computes`,
    `${notebooks.content.filter(({ name }) => name.endsWith(".ipynb")).length} notebooks`,
  ];
}
