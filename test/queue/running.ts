import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { launcher } from "../command/smitin";

/** `smitin` in a process of its own, and what it has said so far. */
export interface Running {
  child: ChildProcess;
  said: { stdout: string; stderr: string };
  ended: Promise<number | string>;
}

export function start(words: string, cwd: string): Running {
  const child = spawn(process.execPath, [launcher, ...words.split(" ")], {
    cwd,
    env: { ...process.env, DEBUG: "", SMITIN_BACKEND: "wasm" },
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    said.stdout += text;
  });
  child.stderr.on("data", (text) => {
    said.stderr += text;
  });
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  return { child, said, ended };
}

/** Wait until a process has said something. */
export async function hears({ child, said }: Running, what: RegExp): Promise<void> {
  while (!what.test(said.stdout)) {
    assert.equal(child.exitCode, null, `${said.stdout}${said.stderr}`);
    await sleep(20);
  }
}
