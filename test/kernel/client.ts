import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../lib/jupyter/freePort";
import { kernelSpec } from "../../lib/kernel/kernelSpec";
import { type Channel, decodeMessage, encodeMessage, type Message } from "../../lib/kernel/protocol/wire";
import { tslabRequire } from "../../lib/kernel/tslab";

export interface Received {
  type: string;
  content: Record<string, unknown>;
  buffers: Uint8Array[];
  metadata: object;
  /** milliseconds of the clock */
  at: number;
}

export interface RequestOptions {
  channel?: Exclude<Channel, "iopub">;
  metadata?: Record<string, unknown>;
  buffers?: Uint8Array[];
}

/** A small Jupyter front end over ZeroMQ, for tests. */
export interface KernelClient {
  /** Send a request; its reply, and what was published in its name. */
  request(
    type: string,
    content: object,
    options?: RequestOptions,
  ): Promise<{ reply: Received; published: Received[] }>;
  execute(code: string, content?: object): ReturnType<KernelClient["request"]>;
  /** The text of a cell's result. */
  value(code: string): Promise<unknown>;
  /** Send a message that has no reply. */
  send(type: string, content: object, options?: RequestOptions): Promise<void>;
  /** Everything published, in order, with the id of the request in whose name. */
  seen: (Received & { parent: string })[];
  /** Wait until something like this has been published. */
  until(wanted: (message: Received) => boolean): Promise<Received>;
  /** Answers input requests; undefined: not yet. */
  answer: (question: Received) => string | undefined;
  process: ChildProcess;
  close(): Promise<void>;
}

/** Start the kernel as its kernel.json says, in `folder`; `argv` is another installation's. */
export async function startKernelClient(
  folder: string,
  env: NodeJS.ProcessEnv = {},
  argv = kernelSpec().argv,
): Promise<KernelClient> {
  const zmq = tslabRequire()("zeromq") as typeof import("zeromq");
  const own = mkdtempSync(join(tmpdir(), "kernel-"));
  const key = randomUUID();
  const connection: Record<string, string | number> = { transport: "tcp", ip: "127.0.0.1", key };
  for (const name of ["shell", "iopub", "stdin", "control", "hb"])
    connection[`${name}_port`] = await freePort();
  const file = join(own, "connection.json");
  writeFileSync(file, JSON.stringify(connection));
  const [command, ...args] = argv.map((arg) => arg.replace("{connection_file}", file));
  const kernel = spawn(command, args, {
    cwd: folder,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...env },
  });

  const address = (name: string) => `tcp://127.0.0.1:${connection[`${name}_port`]}`;
  const options = { linger: 0, routingId: randomUUID() };
  const sockets = {
    shell: new zmq.Dealer(options),
    control: new zmq.Dealer(options),
    stdin: new zmq.Dealer(options),
  };
  const iopub = new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  iopub.subscribe("");
  iopub.connect(address("iopub"));
  for (const [name, socket] of Object.entries(sockets)) socket.connect(address(name));

  const seen: KernelClient["seen"] = [];
  const watchers = new Set<() => void>();
  const replies = new Map<string, (reply: Received) => void>();
  const listen = async (
    channel: Channel,
    socket: AsyncIterable<Buffer[]>,
    receive: (parent: string, message: Received) => void,
  ) => {
    for await (const frames of socket) {
      const { header, parent, content, buffers, metadata } = decodeMessage(channel, frames, key);
      receive(parent.msg_id ?? "", {
        type: header.msg_type,
        content,
        buffers,
        metadata,
        at: Date.now(),
      });
    }
  };
  for (const name of ["shell", "control"] as const)
    void listen(name, sockets[name], (parent, reply) => replies.get(parent)?.(reply));
  void listen("stdin", sockets.stdin, (_, question) => {
    const value = client.answer(question);
    if (value !== undefined) void client.send("input_reply", { value }, { channel: "stdin" });
  });
  void listen("iopub", iopub, (parent, message) => {
    seen.push({ ...message, parent });
    for (const watcher of [...watchers]) watcher();
  });

  /** Resolves when `wanted` gives something. */
  function watch<T>(wanted: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const watcher = () => {
        const found = wanted();
        if (found === undefined) return;
        watchers.delete(watcher);
        resolve(found);
      };
      watchers.add(watcher);
      watcher();
    });
  }

  async function send(id: string, type: string, content: object, extras: RequestOptions = {}) {
    const { channel = "shell", metadata = {}, buffers = [] } = extras;
    const header = {
      msg_id: id,
      msg_type: type,
      session: "test",
      username: "test",
      version: "5.3",
      date: new Date().toISOString(),
    };
    const message = { channel, identities: [], header, parent: {}, metadata, content, buffers };
    await sockets[channel].send(encodeMessage(message as Message, key));
  }

  const client: KernelClient = {
    async request(type, content, extras) {
      const id = randomUUID();
      const from = seen.length;
      const mine = () => seen.slice(from).filter(({ parent }) => parent === id);
      const reply = new Promise<Received>((resolve) => replies.set(id, resolve));
      await send(id, type, content, extras);
      const idle = () => mine().find(({ content }) => content.execution_state === "idle");
      const [answer] = await Promise.all([reply, watch(idle)]);
      return {
        reply: answer,
        published: mine()
          .filter((message) => message.type !== "status")
          .map(({ parent, ...message }) => message),
      };
    },
    execute: (code, content = {}) =>
      client.request("execute_request", {
        code,
        silent: false,
        store_history: true,
        stop_on_error: true,
        allow_stdin: true,
        ...content,
      }),
    async value(code) {
      const { published } = await client.execute(code);
      const { content } = published.find(({ type }) => type === "execute_result") ?? published.at(-1)!;
      return (content.data as Record<string, unknown>)?.["text/plain"] ?? content;
    },
    send: (type, content, extras) => send(randomUUID(), type, content, extras),
    seen,
    until: (wanted) => watch(() => seen.find(wanted)),
    answer: () => "",
    process: kernel,
    async close() {
      const ended = kernel.exitCode === null && kernel.signalCode === null ? once(kernel, "exit") : undefined;
      kernel.kill("SIGKILL");
      await ended;
      for (const socket of [...Object.values(sockets), iopub]) socket.close();
      rmSync(own, { recursive: true });
    },
  };

  // the subscription takes a moment: ask until an answer's status arrives too
  for (let up = false; !up; ) {
    const asked = client.request("kernel_info_request", {});
    up = await Promise.race([
      asked.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 500, false)),
    ]);
  }
  return client;
}
