import type { CommMessage } from "../../kernel/protocol/comms";
import { type BufferPath, putBuffers, splitBuffers } from "../../notebook/widgetBuffers";
import type { Model } from "../../notebook/widgets/page/view";

type Json = Record<string, unknown>;
type Listener = (...args: never[]) => void;
type State = Record<string, unknown>;

/** The page's end of the widgets: what anywidget is in Jupyter, on messages to the worker. */
export interface WidgetHost {
  receive(message: CommMessage): void;
  /** Draw a widget; undefined if nobody knows it. Returns how to end it. */
  render(id: string, element: HTMLElement): Promise<(() => void) | undefined>;
  /** The worker is gone: its widgets say so. */
  lost(): void;
}

interface PageWidget {
  state: State;
  listeners: Map<string, Set<Listener>>;
}

interface WidgetPage {
  default: { render(args: { model: Model<State>; el: HTMLElement }): () => void };
}

/** @param root the site's address, where the widgets' modules are */
export function createWidgetHost(root: string, send: (message: CommMessage) => void): WidgetHost {
  const widgets = new Map<string, PageWidget>();

  function emit({ listeners }: PageWidget, event: string, ...args: unknown[]): void {
    for (const listener of [...(listeners.get(event) ?? [])]) listener(...(args as never[]));
  }

  function post(id: string, data: Json, buffers: Uint8Array[] = []): void {
    send({ type: "comm_msg", content: { comm_id: id, data }, metadata: {}, buffers });
  }

  function modelOf(id: string, widget: PageWidget): Model<State> {
    const { state, listeners } = widget;
    const changed = new Set<string>();
    return {
      get: (key) => state[key],
      set(key, value) {
        state[key] = value;
        changed.add(key);
        emit(widget, `change:${key}`);
      },
      save_changes() {
        const values = Object.fromEntries([...changed].map((key) => [key, state[key]]));
        changed.clear();
        const { data, paths, buffers } = splitBuffers(values);
        post(id, { method: "update", state: data, buffer_paths: paths }, buffers);
      },
      send(content, _, buffers = []) {
        post(id, { method: "custom", content }, splitBuffers({ buffers }).buffers);
      },
      on(event, listener) {
        listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
      },
      off: (event, listener) => void listeners.get(event)?.delete(listener),
    };
  }

  return {
    receive({ type, content, buffers }) {
      const { comm_id: id, data } = content;
      const values = () =>
        putBuffers(
          (data.state ?? {}) as Json,
          (data.buffer_paths ?? []) as BufferPath[],
          buffers.map(viewOf) as never[],
        );
      if (type === "comm_open") {
        widgets.set(id, { state: values(), listeners: new Map() });
        return;
      }
      const widget = widgets.get(id);
      if (!widget) return;
      if (type === "comm_close") widgets.delete(id);
      else if (data.method === "update") {
        const changes = values();
        Object.assign(widget.state, changes);
        for (const key of Object.keys(changes)) emit(widget, `change:${key}`);
      } else if (data.method === "custom") emit(widget, "msg:custom", data.content, buffers.map(viewOf));
    },
    async render(id, element) {
      const widget = widgets.get(id);
      if (!widget) return undefined;
      const address = new URL(`pages/${widget.state._esm}.js`, root).href;
      const page = (await import(/* @vite-ignore */ address)) as WidgetPage;
      return page.default.render({ model: modelOf(id, widget), el: element });
    },
    lost() {
      for (const widget of widgets.values()) emit(widget, "msg:custom", { gone: true }, []);
      widgets.clear();
    },
  };
}

/** Bytes as anywidget gives them. */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
