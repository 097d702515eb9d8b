import { randomUUID } from "node:crypto";
import type { Comm, CommBuffer } from "./comm";
import type { Library } from "./libraries";
import { packedScripts } from "./libraryScripts";
import { addListener } from "./listeners";
import { openComm } from "./openComm";
import { currentNotebook, type MimeBundle, show } from "./output";
import { type BufferPath, putBuffers, splitBuffers } from "./widgetBuffers";
import { widgetFrame } from "./widgets/widgetFrame";

type Json = Record<string, unknown>;

/** Something live under a cell: a state that page and TypeScript share, and messages both ways. */
export interface Widget<State extends object> {
  readonly id: string;
  get<Key extends keyof State>(key: Key): State[Key];
  /** Change the state; the page sees it. Typed arrays go as raw bytes (the page gets DataViews). */
  set(values: Partial<State>): void;
  /** Be called when the page has changed a value. Returns how to stop. */
  on<Key extends keyof State>(key: Key, listener: (value: State[Key]) => void): () => void;
  /** What is not state: sound, commands. Nobody gets it while no page shows the widget. */
  send(content: Json, buffers?: CommBuffer[]): void;
  onMessage(listener: (content: Json, buffers: Uint8Array[]) => void): () => void;
  /** Has a page drawn it? */
  readonly isSeen: boolean;
  /** True once a page has drawn it; false where there can be none, or none did in this many seconds. */
  seen(seconds?: number): Promise<boolean>;
  /** Show it under the running cell, unless that has been done. */
  showOnce(): void;
  /** Something has ended: what shows where no script runs is renewed at once, not when nothing has changed for a while. */
  settled(): void;
  bundle(): MimeBundle;
  close(): void;
}

/** What shows of a widget where no script runs. */
export interface Still {
  html: string;
  text: string;
  /** There is nothing to do in the widget, so nothing to run its cell again for. */
  isOnlyToSee?: boolean;
}

/**
 * A widget on Jupyter's widget messages (protocol 2.1) and anywidget's front end.
 * The page asks for its state anew when it is loaded again; the kernel answers for us.
 * @param page the module that draws it: one of `widgets/page` by its name, or the whole path of one of your own
 *
 * What shows where no script runs, and is saved in the notebook file, is an output of its own, hidden where the widget is
 * drawn: it is renewed when the widget has come to rest, without a page having to draw the widget again.
 * @param still that output: HTML and text
 */
export function createWidget<State extends object>(
  page: string,
  initial: State,
  still: (state: State) => Still,
): Widget<State> {
  const id = randomUUID().replaceAll("-", "");
  const stillName = `smitin-still-${id}`;
  const state: State = { ...initial };
  const listeners = new Map<PropertyKey, Set<(value: never) => void>>();
  const receivers = new Set<(content: Json, buffers: Uint8Array[]) => void>();
  const seers = new Set<() => void>();
  let comm: Comm | undefined;
  let isSeen = false;
  let isShown = false;
  let shownStill = "";
  let rest: ReturnType<typeof setTimeout> | undefined;

  function open(): Comm {
    const { data, paths, buffers } = splitBuffers({ ...frame(page), _still: stillName, ...state });
    comm = openComm(target, { state: data, buffer_paths: paths }, { id, buffers, metadata });
    comm.onMessage(receive);
    return comm;
  }

  function receive(data: Json, buffers: Uint8Array[]): void {
    if (data.method === "update") {
      accept(putBuffers(data.state as Json, (data.buffer_paths ?? []) as BufferPath[], buffers));
    } else if (data.method === "custom") {
      const { state: along, ...content } = (data.content ?? {}) as Json;
      if (along) accept(changed(along as Json));
      if (content.hello === true) greet();
      else if (typeof content.need === "string") provide(content.need as Library);
      else for (const receiver of [...receivers]) receiver(content, buffers);
    }
  }

  function accept(values: Json): void {
    Object.assign(state, values);
    for (const key of Object.keys(values))
      for (const listener of [...(listeners.get(key) ?? [])]) listener(state[key as keyof State] as never);
    changing();
  }

  function stillBundle(): MimeBundle {
    const { html, text, isOnlyToSee } = still(state);
    shownStill = html;
    const whole = isOnlyToSee ? html : `${html}${toUse}`;
    const hasPage = currentNotebook()?.comms !== undefined;
    return {
      "text/html": hasPage ? `<div class="${stillName}">${whole}</div>${hiding(stillName)}` : whole,
      "text/plain": text,
    };
  }

  function changing(): void {
    clearTimeout(rest);
    if (!isShown) return;
    rest = setTimeout(widget.settled, 1000 * restSeconds);
    if (typeof rest === "object") rest.unref(); // a page's clocks are numbers, and keep nothing alive
  }

  /** Of the changes that a message carries along, those that have not come yet. */
  function changed(values: Json): Json {
    const isNew = ([key, value]: [string, unknown]) =>
      JSON.stringify(value) !== JSON.stringify(state[key as keyof State]);
    return Object.fromEntries(Object.entries(values).filter(isNew));
  }

  function greet(): void {
    isSeen = true;
    for (const seer of [...seers]) seer();
  }

  /** A page without a library that a widget draws with gets it once, packed. */
  function provide(library: Library): void {
    widget.send({ provide: library, scripts: packedScripts(library) });
  }

  const widget: Widget<State> = {
    id,
    get: (key) => state[key],
    set(values) {
      Object.assign(state, values);
      changing();
      if (!comm || comm.closed) return;
      const { data, paths, buffers } = splitBuffers(values as Json);
      comm.send({ method: "update", state: data, buffer_paths: paths }, { buffers });
    },
    on(key, listener) {
      const all = listeners.get(key) ?? new Set();
      listeners.set(key, all);
      return addListener(all, listener as (value: never) => void);
    },
    send(content, buffers = []) {
      if (comm && !comm.closed) comm.send({ method: "custom", content }, { buffers });
    },
    onMessage: (listener) => addListener(receivers, listener),
    get isSeen() {
      return isSeen;
    },
    seen(seconds = 10) {
      if (isSeen || !currentNotebook()?.comms) return Promise.resolve(isSeen);
      return new Promise((resolve) => {
        const end = (answer: boolean) => {
          seers.delete(seen);
          clearTimeout(clock);
          resolve(answer);
        };
        const seen = () => end(true);
        const clock = setTimeout(() => end(false), 1000 * seconds);
        seers.add(seen);
      });
    },
    showOnce() {
      if (!isShown) show(widget.bundle(), currentNotebook()?.comms ? {} : { id: stillName });
    },
    settled() {
      clearTimeout(rest);
      if (isShown && still(state).html !== shownStill) show(stillBundle(), { id: stillName, update: true });
    },
    bundle() {
      isShown = true;
      if (!currentNotebook()?.comms) return stillBundle();
      show(stillBundle(), { id: stillName });
      if (!comm) open();
      return { [viewType]: { version_major: 2, version_minor: 0, model_id: id }, "text/plain": "" };
    },
    close: () => comm?.close(),
  };
  return widget;
}

const target = "jupyter.widget";
const metadata = { version: "2.1.0" };
const viewType = "application/vnd.jupyter.widget-view+json";
const anywidgetVersion = "~0.11.*";
const toUse = `<div style="font-size:12px;margin-top:6px">Run this cell in Jupyter to use it.</div>`;

/** Hides what JupyterLab puts in a widget's place when the kernel that made it is gone, "model not found": the still stands there. */
function hiding(stillName: string): string {
  const unknown = `.jp-OutputArea-child:has(.${stillName}) + :has(.jupyter-widgets):not(:has(.jupyter-widgets > *))`;
  return `<style>${unknown} { display: none; }</style>`;
}

/** Without a change, after which a widget has come to rest. */
const restSeconds = 1;

/** What Jupyter and anywidget want to know of every model. */
function frame(page: string): Json {
  return {
    _model_module: "anywidget",
    _model_name: "AnyModel",
    _model_module_version: anywidgetVersion,
    _view_module: "anywidget",
    _view_name: "AnyView",
    _view_module_version: anywidgetVersion,
    _view_count: null,
    ...widgetFrame(page),
  };
}
