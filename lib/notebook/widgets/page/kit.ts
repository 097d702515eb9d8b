import { sequential as scale } from "../../../figures/theme";
import shelf from "../../page/shelf.js";

/** The page's end of a widget's state, as anywidget gives it. */
export interface Model<State> {
  get<Key extends keyof State>(key: Key): State[Key];
  set<Key extends keyof State>(key: Key, value: State[Key]): void;
  save_changes(): void;
  send(content: object, callbacks?: unknown, buffers?: (ArrayBuffer | ArrayBufferView)[]): void;
  on(event: string, listener: (...args: never[]) => void): void;
  off(event: string, listener: (...args: never[]) => void): void;
}

/** One view of a widget being drawn. */
export interface View<State> {
  model: Model<State>;
  el: HTMLElement;
  /** Called with a value of the state now and whenever it changes. */
  follow<Key extends keyof State>(key: Key, listener: (value: State[Key]) => void): void;
  /** Messages from TypeScript. */
  receive(listener: (content: Record<string, unknown>, buffers: DataView[]) => void): void;
  /** Change the state here and in TypeScript. */
  save(values: Partial<State>): void;
  send(content: object): void;
  /**
   * A message that counts on all that this view has saved: Jupyter holds changes back while an earlier one is under way,
   * but not messages, so this one carries them along.
   */
  command(content: object): void;
  /** What letters do, wherever in the widget the focus is, but where one can write or choose. */
  keys(presses: Record<string, () => void>): void;
  /** Called when the view goes. */
  onEnd(listener: () => void): void;
}

/** What anywidget wants a module to export. */
export function widget<State extends object>(draw: (view: View<State>) => void) {
  return {
    render({ model, el }: { model: Model<State>; el: HTMLElement }): () => void {
      const ends: (() => void)[] = [];
      const saved = new Set<keyof State>();
      const listen = (event: string, listener: (...args: never[]) => void) => {
        model.on(event, listener);
        ends.push(() => model.off(event, listener));
      };
      el.classList.add("smitin-lab");
      for (const kind of ["keydown", "mousedown"]) {
        // the notebook's own shortcuts (and its selecting of cells) keep out
        el.addEventListener(kind, (event) => event.stopPropagation());
      }
      el.dataset.lmSuppressShortcuts = "true";
      draw({
        model,
        el,
        follow(key, listener) {
          listen(`change:${String(key)}`, () => listener(model.get(key)));
          listener(model.get(key));
        },
        receive: (listener) => listen("msg:custom", listener as (...args: never[]) => void),
        save(values) {
          for (const key of Object.keys(values) as (keyof State)[]) {
            model.set(key, values[key] as State[keyof State]);
            saved.add(key);
          }
          model.save_changes();
        },
        send: (content) => model.send(content),
        command(content) {
          const state = Object.fromEntries([...saved].map((key) => [key, model.get(key)]));
          model.send({ ...content, state });
        },
        keys(presses) {
          el.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
            if (ctrlKey || metaKey || altKey) return;
            if (!(target as Element).matches('input:not([type="range"]), select'))
              presses[key.toLowerCase()]?.();
          });
        },
        onEnd: (listener) => void ends.push(listener),
      });
      el.append(hiding(String(model.get("_still" as keyof State))));
      model.send({ hello: true });
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

/** Hides what shows in the widget's place where no script runs, in JupyterLab with its row, as long as this is there. */
function hiding(still: string): HTMLElement {
  return h("style", {}, `.${still}, .jp-OutputArea-child:has(.${still}) { display: none; }`);
}

type Attributes = Record<string, string | number | boolean | ((event: never) => void) | undefined>;

/** An element: attributes, listeners as `onclick`, and what is in it. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** A slider with its name and value: arrow keys work, a double click goes back to where it began. */
export function slider(
  name: string,
  range: { min: number; max: number; step: number; value: number },
  { tell = String, change }: { tell?: (value: number) => string; change(value: number): void },
) {
  const { value, ...limits } = range;
  const shown = h("output", {}, tell(value));
  const input = h("input", { type: "range", "aria-label": name, ...limits, value: String(value) });
  const put = (next: number) => {
    input.value = String(next);
    shown.textContent = tell(next);
    input.setAttribute("aria-valuetext", tell(next));
  };
  const said = (next: number) => {
    put(next);
    change(next);
  };
  input.addEventListener("input", () => said(Number(input.value)));
  input.addEventListener("dblclick", () => said(value));
  put(value);
  const say = (text: string) => {
    shown.textContent = text;
  };
  return { element: h("label", { class: "sm-slider" }, h("span", {}, name), input, shown), put, say };
}

/** A choice of a few. */
export function choice<Value extends string>(
  name: string,
  options: [value: Value, label: string][],
  change: (value: Value) => void,
) {
  const select: HTMLSelectElement = h(
    "select",
    { "aria-label": name, onchange: () => change(select.value as Value) },
    ...options.map(([value, label]) => h("option", { value }, label)),
  );
  return {
    element: h("label", { class: "sm-choice" }, h("span", {}, name), select),
    put(value: Value) {
      select.value = value;
    },
  };
}

export function button(label: string, title: string, press: () => void): HTMLButtonElement {
  return h("button", { type: "button", title, "aria-label": title, onclick: press }, label);
}

interface Shelf {
  use(name: string): Promise<unknown[]>;
  has?(name: string): boolean;
  provide(name: string, packed: string[]): Promise<void>;
}

/** A library's modules: the page's, if an output has brought them already, else TypeScript's, once a page. */
export function library(view: View<object>, name: string): Promise<unknown[]> {
  const page = window as unknown as { smitinLab?: Shelf };
  if (!page.smitinLab) new Function("window", shelf)(window);
  const { smitinLab } = page;
  if (!smitinLab?.has?.(name)) {
    view.receive(({ provide, scripts }) => {
      if (provide === name) void smitinLab?.provide(name, scripts as string[]);
    });
    view.send({ need: name });
  }
  return smitinLab!.use(name);
}

/** The figures' scale from dark to light, for a share from 0 to 1. */
export function sequential(share: number): string {
  const at = Math.max(0, Math.min(1, share)) * (scale.length - 1);
  const low = Math.min(scale.length - 2, Math.floor(at));
  const channel = (i: number) => {
    const [a, b] = [scale[low], scale[low + 1]].map(([, colour]) =>
      Number.parseInt(colour.slice(2 * i + 1, 2 * i + 3), 16),
    );
    return Math.round(a + (b - a) * (at - low));
  };
  return `rgb(${channel(0)}, ${channel(1)}, ${channel(2)})`;
}

/** Ink that reads on `sequential(share)`. */
export function inkOn(share: number): string {
  return share > 0.55 ? "#14171a" : "#ffffff";
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
