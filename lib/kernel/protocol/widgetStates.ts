import { type BufferPath, putBuffers, splitBuffers } from "../../notebook/widgetBuffers";
import type { CommMessage, Comms } from "./comms";

type Json = Record<string, unknown>;

/** The state of every widget, as a page that is loaded again asks for it. */
export interface WidgetStates {
  /** Note what goes to the page. */
  sent(message: CommMessage): void;
  /**
   * Note what comes from the page, and answer if it asks for a widget's state. A widget that this kernel does not have, made by
   * one before it, is told that it is `gone`.
   */
  received(message: CommMessage): void;
  /** Answer pages that ask for all states, on `jupyter.widget.control`. */
  serve(comms: Comms): void;
}

const target = "jupyter.widget";

/** Follows Jupyter's widget messages (protocol 2.1): states with raw bytes at `buffer_paths`. */
export function createWidgetStates(send: (message: CommMessage) => void): WidgetStates {
  const states = new Map<string, Json>();
  const known = new Set<string>(); // comms of this kernel, of widgets and others

  function note({ type, content, buffers }: CommMessage): void {
    const { comm_id: id, target_name, data } = content;
    if (type === "comm_open") known.add(id);
    if (type === "comm_open" && target_name === target) states.set(id, whole(data, buffers));
    else if (type === "comm_close") states.delete(id);
    else if (type === "comm_msg" && data.method === "update")
      Object.assign(states.get(id) ?? {}, whole(data, buffers));
  }

  return {
    sent: note,
    received(message) {
      note(message);
      const { comm_id, data } = message.content;
      const state = states.get(comm_id);
      if (message.type !== "comm_msg") return;
      if (!known.has(comm_id) && ["custom", "update"].includes(String(data.method))) {
        const answer = { method: "custom", content: { gone: true } };
        send({ type: "comm_msg", content: { comm_id, data: answer }, metadata: {}, buffers: [] });
      }
      if (data.method !== "request_state" || !state) return;
      const { data: bare, paths, buffers } = splitBuffers(state);
      const update = { method: "update", state: bare, buffer_paths: paths };
      send({ type: "comm_msg", content: { comm_id, data: update }, metadata: {}, buffers });
    },
    serve(comms) {
      comms.onOpen(`${target}.control`, (comm) => {
        comm.onMessage(({ method }) => {
          if (method !== "request_states") return;
          const all = Object.fromEntries([...states].map(([id, state]) => [id, described(state)]));
          const { data, paths, buffers } = splitBuffers(all);
          comm.send({ method: "update_states", states: data, buffer_paths: paths }, { buffers });
        });
      });
    },
  };
}

function described(state: Json): Json {
  return {
    model_name: state._model_name,
    model_module: state._model_module,
    model_module_version: state._model_module_version,
    state,
  };
}

/** A message's state with its buffers in their places: a copy, which nobody else changes. */
function whole(data: Json, buffers: Uint8Array[]): Json {
  const state = JSON.parse(JSON.stringify(data.state ?? {})) as Json;
  const copies = buffers.map((buffer) => new Uint8Array(buffer));
  return putBuffers(state, (data.buffer_paths ?? []) as BufferPath[], copies);
}
