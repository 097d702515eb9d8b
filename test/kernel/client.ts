import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kernelSpec } from "../../lib/kernel/kernelSpec";
import { tslabRequire } from "../../lib/kernel/tslab";

export interface Received {
  type: string;
  content: Record<string, unknown>;
}

/** A small Jupyter front end over ZeroMQ, for tests. */
export interface KernelClient {
  /** Send a request; its reply, and what was published in its name. */
  request(type: string, content: object): Promise<{ reply: Received; published: Received[] }>;
  execute(code: string, options?: object): ReturnType<KernelClient["request"]>;
  process: ChildProcess;
  close(): Promise<void>;
}

const delimiter = "<IDS|MSG>";

/** Start the kernel as its kernel.json says, in `folder`. */
export async function startKernelClient(folder: string): Promise<KernelClient> {
  const zmq = tslabRequire()("zeromq") as typeof import("zeromq");
  const own = mkdtempSync(join(tmpdir(), "kernel-"));
  const connection: Record<string, string | number> = {
    transport: "tcp",
    ip: "127.0.0.1",
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
  };
  for (const name of ["shell", "iopub", "stdin", "control", "hb"])
    connection[`${name}_port`] = await freePort();
  const file = join(own, "connection.json");
  writeFileSync(file, JSON.stringify(connection));
  const [command, ...args] = kernelSpec().argv.map((arg) => arg.replace("{connection_file}", file));
  const kernel = spawn(command, args, { cwd: folder, stdio: ["ignore", 2, 2] });

  const shell = new zmq.Dealer({ linger: 0 });
  const iopub = new zmq.Subscriber({ linger: 0 });
  iopub.subscribe("");
  shell.connect(`tcp://127.0.0.1:${connection.shell_port}`);
  iopub.connect(`tcp://127.0.0.1:${connection.iopub_port}`);
  const published = new Map<string, Received[]>();
  const replies = new Map<string, (reply: Received) => void>();
  const idle = new Map<string, () => void>();
  const listen = async (
    socket: AsyncIterable<Buffer[]>,
    receive: (parent: string, message: Received) => void,
  ) => {
    for await (const frames of socket) {
      const start = frames.findIndex((frame) => frame.toString("latin1") === delimiter) + 2;
      const [header, parent, , content] = frames
        .slice(start, start + 4)
        .map((part) => JSON.parse(part.toString()));
      receive(parent.msg_id, { type: header.msg_type, content });
    }
  };
  void listen(shell, (parent, reply) => replies.get(parent)?.(reply));
  void listen(iopub, (parent, message) => {
    if (message.type !== "status") published.get(parent)?.push(message);
    else if (message.content.execution_state === "idle") idle.get(parent)?.();
  });

  async function request(type: string, content: object) {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: "test",
      username: "test",
      version: "5.3",
      date: new Date().toISOString(),
    };
    const body = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const signature = createHmac("sha256", String(connection.key));
    for (const part of body) signature.update(part);
    const collected: Received[] = [];
    published.set(header.msg_id, collected);
    const reply = new Promise<Received>((resolve) => replies.set(header.msg_id, resolve));
    const ended = new Promise<void>((resolve) => idle.set(header.msg_id, resolve));
    await shell.send([delimiter, signature.digest("hex"), ...body]);
    const [answer] = await Promise.all([reply, ended]);
    return { reply: answer, published: collected };
  }

  // the subscription takes a moment: ask until an answer's status arrives too
  for (let up = false; !up; ) {
    const asked = request("kernel_info_request", {});
    up = await Promise.race([
      asked.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 500, false)),
    ]);
  }
  return {
    request,
    execute: (code, options = {}) =>
      request("execute_request", {
        code,
        silent: false,
        store_history: true,
        stop_on_error: true,
        ...options,
      }),
    process: kernel,
    async close() {
      const ended = kernel.exitCode === null && kernel.signalCode === null ? once(kernel, "exit") : undefined;
      kernel.kill("SIGKILL");
      await ended;
      shell.close();
      iopub.close();
      rmSync(own, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
