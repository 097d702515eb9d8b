import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { kernelName } from "../kernel/kernelSpec";
import type { LabEnvironment } from "./environment";
import { freePort } from "./freePort";

/** A JupyterLab that runs. */
export interface LabServer {
  /** With the token, at the notebooks. */
  url: string;
  /** Ask its REST interface; JSON, or undefined where it answers nothing. */
  ask(path: string, options?: { method?: string; body?: object }): Promise<unknown>;
  /** Resolves when it has ended. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** What the file browser shows. */
  root: string;
  /** Default: a free one. */
  port?: number;
  /** Open a browser. */
  browser: boolean;
  /** Keep what Jupyter says to oneself, unless it fails. */
  quiet: boolean;
  /** Further options of JupyterLab, as on its command line. */
  settings?: string[];
}

const startSeconds = 300;

/**
 * Start JupyterLab on 127.0.0.1 with a token, the repository as its root, the lab's kernel as the default. The user's own
 * Jupyter settings stay out of it.
 * @throws Error with what Jupyter said when it does not come up
 */
export async function startServer(
  { python, prefix }: LabEnvironment,
  { root, port, browser, quiet, settings = [] }: ServerOptions,
): Promise<LabServer> {
  const token = randomBytes(24).toString("hex");
  const chosen = port ?? (await freePort());
  const all = [
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.port=${chosen}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.root_dir=${root}`,
    "--ServerApp.allow_root=True",
    `--ServerApp.open_browser=${browser ? "True" : "False"}`,
    "--LabApp.default_url=/lab/tree/notebooks",
    `--LabApp.app_settings_dir=${join(prefix, "settings")}`,
    `--MultiKernelManager.default_kernel_name=${kernelName}`,
    "--KernelSpecManager.ensure_native_kernel=False",
    // otherwise a cell that prints more than 1 MB a second loses its output, and sound on its way with it
    "--ZMQChannelsWebsocketConnection.limit_rate=False",
    `--ServerApp.log_level=${quiet ? "ERROR" : "WARN"}`,
    ...settings,
  ];
  const own = join(prefix, "jupyter");
  const child = spawn(python, ["-m", "jupyterlab", ...all], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      JUPYTER_TOKEN: token,
      JUPYTER_PATH: join(prefix, "share/jupyter"),
      JUPYTER_CONFIG_DIR: join(own, "config"),
      JUPYTER_DATA_DIR: join(own, "data"),
      JUPYTER_RUNTIME_DIR: join(own, "runtime"),
      JUPYTERLAB_SETTINGS_DIR: join(own, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(own, "workspaces"),
    },
  });
  let said = "";
  child.stderr.on("data", (data) => {
    said = `${said}${data}`.slice(-4000);
    if (!quiet) process.stderr.write(data);
  });
  const ended = once(child, "close").then(() => {});
  const base = `http://127.0.0.1:${chosen}`;

  const ask: LabServer["ask"] = async (path, { method = "GET", body } = {}) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { Authorization: `token ${token}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
    return text ? JSON.parse(text) : undefined;
  };
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return ended;
    await ask("/api/shutdown", { method: "POST" }).catch(() => child.kill("SIGTERM"));
    const clock = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(clock);
  };

  const deadline = Date.now() + 1000 * startSeconds;
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  for (let isUp = false; !isUp; ) {
    isUp = await ask("/api/status").then(
      () => true,
      () => false,
    );
    if (isUp) break;
    if (isOver() || Date.now() > deadline) {
      child.kill("SIGKILL");
      const why = isOver() ? "JupyterLab ended" : `JupyterLab did not answer within ${startSeconds} s`;
      throw new Error(`${why}${said ? `; it said:\n${said.trim()}` : ""}`);
    }
    await new Promise((next) => setTimeout(next, 200));
  }
  return { url: `${base}/lab/tree/notebooks?token=${token}`, ask, ended, stop };
}
