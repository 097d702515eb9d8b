import { transformSync } from "esbuild";
import { JSDOM } from "jsdom";
import { pageModule } from "../../lib/notebook/widgets/pageModule";

type Json = Record<string, unknown>;

/** A widget's module drawn in jsdom, with a model that keeps the state and notes what is sent. */
export interface DrawnWidget {
  window: JSDOM["window"];
  el: HTMLElement;
  state: Json;
  /** Messages to TypeScript. */
  sent: Json[];
  /** Change the state as TypeScript would. */
  put(values: Json): void;
  /** A message from TypeScript. */
  tell(content: Json, buffers?: ArrayBuffer[]): void;
  end(): void;
}

/**
 * @param globals what jsdom lacks
 * @param manager the front end's, as JupyterLab's widgets have it
 */
export function drawWidget(name: string, state: Json, globals: Json = {}, manager?: Json): DrawnWidget {
  const { window } = new JSDOM("<body></body>", { runScripts: "outside-only", pretendToBeVisual: true });
  Object.assign(window, globals);
  const { code } = transformSync(pageModule(name), { format: "cjs" });
  const module = { exports: {} as { default: { render(context: object): () => void } } };
  new window.Function("module", "exports", code)(module, module.exports);
  const listeners = new Map<string, Set<(...args: unknown[]) => void>>();
  const fire = (event: string, ...args: unknown[]) => {
    for (const listener of [...(listeners.get(event) ?? [])]) listener(...args);
  };
  const sent: Json[] = [];
  const put = (values: Json) => {
    Object.assign(state, values);
    for (const key of Object.keys(values)) fire(`change:${key}`);
  };
  const model = {
    get: (key: string) => state[key],
    set: (key: string, value: unknown) => put({ [key]: plain(value) }),
    save_changes() {},
    send: (content: Json) => void sent.push(plain(content)),
    on: (event: string, listener: () => void) =>
      void listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)),
    off: (event: string, listener: () => void) => void listeners.get(event)?.delete(listener),
    widget_manager: manager,
  };
  const el = window.document.createElement("div");
  window.document.body.append(el);
  const end = module.exports.default.render({ model, el });
  return {
    window,
    el,
    state,
    sent,
    put,
    tell: (content, buffers = []) =>
      fire(
        "msg:custom",
        content,
        buffers.map((buffer) => new DataView(buffer)),
      ),
    end() {
      end();
      window.close();
    },
  };
}

/** As it comes over a comm: nothing of the page's own objects. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}
