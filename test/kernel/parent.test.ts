import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { startKernelClient } from "./client";

test("a kernel ends when the process that JPY_PARENT_PID names has ended, however busy it is", async () => {
  const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const kernel = await startKernelClient(__dirname, { JPY_PARENT_PID: String(parent.pid) });
  const ended = once(kernel.process, "exit");
  void kernel.execute('console.log("here");\nfor (;;);');
  await kernel.until(({ type }) => type === "stream");
  assert.equal(kernel.process.exitCode, null);
  parent.kill("SIGKILL");
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  await kernel.close();
});
