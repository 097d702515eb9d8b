import { randomUUID } from "node:crypto";
import { bytesOf, type Comm, type CommExtras, type CommHost, type CommOpened } from "../../notebook/comm";
import { listen } from "../../notebook/listeners";

type Json = Record<string, unknown>;

/** A comm message as Jupyter words it. */
export interface CommMessage {
  type: "comm_open" | "comm_msg" | "comm_close";
  content: { comm_id: string; target_name?: string; data: Json };
  metadata: Json;
  buffers: Uint8Array[];
}

/** All comms of a kernel. */
export interface Comms extends CommHost {
  /** A message from the page. */
  receive(message: CommMessage): void;
  /** What is open: of one target, or all. */
  list(target?: string): Record<string, { target_name: string }>;
}

interface Line {
  comm: Comm;
  listeners: Set<(data: Json, buffers: Uint8Array[]) => void>;
  closers: Set<() => void>;
  closed: boolean;
}

/**
 * Keeps the comms of a kernel.
 *
 * A comm that the page opens to a target that nobody has is closed again, as the protocol asks. What a listener throws
 * goes to `failed`; the others hear the message all the same.
 */
export function createComms(send: (message: CommMessage) => void, failed: (thrown: unknown) => void): Comms {
  const lines = new Map<string, Line>();
  const targets = new Map<string, CommOpened>();

  return {
    open(target, data, { id = randomUUID(), ...extras }) {
      const { comm } = addLine(id, target);
      post("comm_open", { comm_id: id, target_name: target, data }, extras);
      return comm;
    },
    onOpen(target, opened) {
      targets.set(target, opened);
    },
    receive({ type, content, buffers }) {
      const { comm_id: id, target_name: target = "", data = {} } = content;
      const line = lines.get(id);
      if (type === "comm_open") {
        const opened = targets.get(target);
        if (opened) tell(() => opened(addLine(id, target).comm, data, buffers));
        else post("comm_close", { comm_id: id, data: {} });
      } else if (type === "comm_msg") {
        for (const listener of [...(line?.listeners ?? [])]) tell(() => listener(data, buffers));
      } else if (line) {
        end(line);
        for (const closer of line.closers) tell(closer);
      }
    },
    list(target) {
      const open = [...lines].filter(([, { comm }]) => !target || comm.target === target);
      return Object.fromEntries(open.map(([id, { comm }]) => [id, { target_name: comm.target }]));
    },
  };

  function addLine(id: string, target: string): Line {
    const line: Line = { comm: undefined as never, listeners: new Set(), closers: new Set(), closed: false };
    line.comm = {
      id,
      target,
      get closed() {
        return line.closed;
      },
      send(data, extras) {
        if (!line.closed) post("comm_msg", { comm_id: id, data }, extras);
      },
      onMessage: (listener) => listen(line.listeners, listener),
      onClose: (listener) => listen(line.closers, listener),
      close(data = {}) {
        if (line.closed) return;
        end(line);
        post("comm_close", { comm_id: id, data });
      },
    };
    lines.set(id, line);
    return line;
  }

  function end(line: Line): void {
    line.closed = true;
    lines.delete(line.comm.id);
  }

  function post(type: CommMessage["type"], content: CommMessage["content"], extras: CommExtras = {}): void {
    const { buffers = [], metadata = {} } = extras;
    send({ type, content, metadata, buffers: buffers.map(bytesOf) });
  }

  function tell(listener: () => unknown): void {
    try {
      listener();
    } catch (error) {
      failed(error);
    }
  }
}
