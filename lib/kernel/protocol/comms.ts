import { randomUUID } from "node:crypto";
import { bytesOf, type Comm, type CommExtras, type CommHost, type CommOpened } from "../../notebook/comm";
import { addListener } from "../../notebook/listeners";

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

interface OpenComm {
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
  const openComms = new Map<string, OpenComm>();
  const targets = new Map<string, CommOpened>();

  return {
    open(target, data, { id = randomUUID(), ...extras }) {
      const { comm } = addComm(id, target);
      post("comm_open", { comm_id: id, target_name: target, data }, extras);
      return comm;
    },
    onOpen(target, opened) {
      targets.set(target, opened);
    },
    receive({ type, content, buffers }) {
      const { comm_id: id, target_name: target = "", data = {} } = content;
      const entry = openComms.get(id);
      if (type === "comm_open") {
        const opened = targets.get(target);
        if (opened) tell(() => opened(addComm(id, target).comm, data, buffers));
        else post("comm_close", { comm_id: id, data: {} });
      } else if (type === "comm_msg") {
        for (const listener of [...(entry?.listeners ?? [])]) tell(() => listener(data, buffers));
      } else if (entry) {
        end(entry);
        for (const closer of entry.closers) tell(closer);
      }
    },
    list(target) {
      const open = [...openComms].filter(([, { comm }]) => !target || comm.target === target);
      return Object.fromEntries(open.map(([id, { comm }]) => [id, { target_name: comm.target }]));
    },
  };

  function addComm(id: string, target: string): OpenComm {
    const entry: OpenComm = {
      comm: undefined as never,
      listeners: new Set(),
      closers: new Set(),
      closed: false,
    };
    entry.comm = {
      id,
      target,
      get closed() {
        return entry.closed;
      },
      send(data, extras) {
        if (!entry.closed) post("comm_msg", { comm_id: id, data }, extras);
      },
      onMessage: (listener) => addListener(entry.listeners, listener),
      onClose: (listener) => addListener(entry.closers, listener),
      close(data = {}) {
        if (entry.closed) return;
        end(entry);
        post("comm_close", { comm_id: id, data });
      },
    };
    openComms.set(id, entry);
    return entry;
  }

  function end(entry: OpenComm): void {
    entry.closed = true;
    openComms.delete(entry.comm.id);
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
