import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../lib/jupyter/freePort";

/** Why a queue cannot be tested here; false when it can. */
export function whyNot(): string | false {
  if (spawnSync("redis-server", ["--version"]).error)
    return "no redis-server on the PATH (Debian and Ubuntu: apt-get install redis-server)";
  try {
    const { resolve } = createRequire(__filename);
    for (const name of ["bullmq", "ioredis"]) resolve(name);
    return false;
  } catch {
    return "the optional packages are not installed (npm install --no-save bullmq@6 ioredis@6)";
  }
}

/** A Redis server of the test's own, which keeps nothing. */
export interface RedisServer {
  url: string;
  stop(): Promise<void>;
}

/** @param more words of its command line */
export async function startRedis(...more: string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "smitin-redis-"));
  const port = await freePort();
  const words = [
    "--port",
    `${port}`,
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    folder,
    ...more,
  ];
  const server = spawn("redis-server", words, { stdio: "ignore" });
  while (!(await answers(port))) await sleep(50);
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      server.kill("SIGKILL");
      await once(server, "exit");
      rmSync(folder, { recursive: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
