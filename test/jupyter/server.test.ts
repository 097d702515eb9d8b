import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { checkLab } from "../../lib/jupyter/check";
import { ownPython } from "../../lib/jupyter/environment";
import { startServer } from "../../lib/jupyter/server";
import { kernelName } from "../../lib/kernel/kernelSpec";
import { pythonWith } from "../kernel/python";
import { program } from "./program";

const root = resolve(__dirname, "../..");
const scratch = mkdtempSync(join(tmpdir(), "server-"));
after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));

describe("the lab's server", () => {
  test("listens on this machine only, with our kernel as the default and no limit to what a cell prints", async () => {
    const python = program(
      join(scratch, "python"),
      `printf '%s\\n' "$@" > ${scratch}/asked; echo no >&2; exit 1`,
    );
    const started = startServer({ python, prefix: scratch }, { root, browser: false, quiet: true });
    await assert.rejects(started, /JupyterLab ended; it said:\nno/);
    const asked = readFileSync(join(scratch, "asked"), "utf8").split("\n");
    for (const option of [
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.root_dir=${root}`,
      `--MultiKernelManager.default_kernel_name=${kernelName}`,
      "--ZMQChannelsWebsocketConnection.limit_rate=False",
    ])
      assert.ok(asked.includes(option), option);
  });
});

describe("the lab's check", () => {
  const python = pythonWith("jupyterlab", "anywidget", "ipywidgets");
  const skip = python ? false : "needs a Python with JupyterLab, anywidget and ipywidgets (SMITIN_PYTHON)";

  test("finds kernel, widgets and notebooks in a lab that works", { skip }, async () => {
    const environment = ownPython(python!, join(scratch, "lab"));
    const server = await startServer(environment, { root, browser: false, quiet: true });
    try {
      const found = await checkLab(environment, server);
      assert.match(
        found.join("\n"),
        /widgets by .*anywidget[\s\S]*the default, and it computes\n\d+ notebooks/,
      );
    } finally {
      await server.stop();
    }
  });

  test("names what is missing", async () => {
    const answers = {
      "/api": { version: "2.0" },
      "/api/kernelspecs": { default: kernelName, kernelspecs: { [kernelName]: {} } },
      "/lab/api/extensions": [{ name: "anywidget" }, { name: "@jupyter-widgets/jupyterlab-manager" }],
      "/api/contents/notebooks": { content: [] },
    };
    const silent = program(join(scratch, "silent"), "echo 7");
    const check = (other: Partial<typeof answers> = {}) => {
      const all: Record<string, unknown> = { ...answers, ...other };
      return checkLab(
        { python: silent, prefix: scratch },
        { url: "", ask: async (path) => all[path], ended: Promise.resolve(), stop: async () => {} },
      );
    };
    const specs = answers["/api/kernelspecs"];
    await assert.rejects(
      check({ "/api/kernelspecs": { ...specs, default: "python3" } }),
      new RegExp(`expected ${kernelName} as the default kernel, found python3`),
    );
    await assert.rejects(
      check({ "/lab/api/extensions": [{ name: "anywidget" }] }),
      /expected the JupyterLab extension jupyter-widgets-jupyterlab-manager, found anywidget/,
    );
    await assert.rejects(check(), /expected the kernel to add 1, 2 and 3, found "7"/);
  });
});
