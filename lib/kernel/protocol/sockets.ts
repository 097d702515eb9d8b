import { tslabRequire } from "../tslab";
import type { Channel } from "./wire";

/** What Jupyter writes into a connection file. */
export interface ConnectionInfo {
  transport: "tcp" | "ipc";
  ip: string;
  key: string;
  shell_port: number;
  control_port: number;
  stdin_port: number;
  iopub_port: number;
  hb_port: number;
}

type Frames = (string | Uint8Array)[];

export interface KernelSockets {
  /** Messages of a channel leave whole and in the order in which they were sent; nothing is dropped. */
  send(channel: Channel, frames: Frames): void;
  /** Let what is queued go out, then close. */
  close(): Promise<void>;
}

interface Socket extends AsyncIterable<Buffer[]> {
  bind(address: string): Promise<void>;
  send(frames: Frames): Promise<void>;
  close(): void;
}

/** Milliseconds for which a closed socket may still deliver. */
const linger = 1000;

/**
 * Bind a kernel's five ZeroMQ sockets; the heartbeat answers by itself.
 * @throws Error when a port is taken
 */
export async function openSockets(
  info: ConnectionInfo,
  receive: (channel: Channel, frames: Buffer[]) => void,
): Promise<KernelSockets> {
  const zmq = tslabRequire()("zeromq") as typeof import("zeromq");
  const sockets: Record<Channel, Socket> = {
    shell: new zmq.Router({ linger, handover: true }),
    control: new zmq.Router({ linger, handover: true }),
    stdin: new zmq.Router({ linger, handover: true }),
    iopub: new zmq.Publisher({ linger, sendHighWaterMark: 0 }) as unknown as Socket,
  };
  const heartbeat: Socket = new zmq.Reply({ linger: 0 });
  const address = (port: number) =>
    `${info.transport}://${info.ip}${info.transport === "tcp" ? ":" : "-"}${port}`;
  const channels = ["shell", "control", "stdin", "iopub"] as const;
  await Promise.all([
    ...channels.map((channel) => sockets[channel].bind(address(info[`${channel}_port`]))),
    heartbeat.bind(address(info.hb_port)),
  ]);
  for (const channel of ["shell", "control", "stdin"] as const)
    void listen(sockets[channel], (frames) => receive(channel, frames));
  void listen(heartbeat, (frames) => void heartbeat.send(frames));

  // zeromq refuses to send while it is sending: each message waits for the one before
  const last = new Map<Channel, Promise<unknown>>();
  return {
    send(channel, frames) {
      const turn = (last.get(channel) ?? Promise.resolve()).then(() => sockets[channel].send(frames));
      last.set(
        channel,
        turn.catch(() => {}), // the front end that asked is gone
      );
    },
    async close() {
      await Promise.all(last.values());
      for (const socket of [...Object.values(sockets), heartbeat]) socket.close();
    },
  };
}

async function listen(socket: Socket, receive: (frames: Buffer[]) => void): Promise<void> {
  for await (const frames of socket) receive(frames);
}
