import pageLibraries from "../../page/pageLibraries.js";
import { h } from "./elements";
import { fallAsleep, type Lifeline, watchKernel } from "./lifeline";
import { followTheme } from "./theme";

/** The page's end of a widget's state, as anywidget gives it. */
export interface Model<State> extends Lifeline {
  get<Key extends keyof State>(key: Key): State[Key];
  set<Key extends keyof State>(key: Key, value: State[Key]): void;
  save_changes(): void;
  send(content: object, callbacks?: unknown, buffers?: (ArrayBuffer | ArrayBufferView)[]): void;
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
      ends.push(
        followTheme((theme) => {
          el.dataset.theme = theme;
        }),
      );
      for (const kind of ["keydown", "mousedown"]) {
        // the notebook's own shortcuts (and its selecting of cells) keep out
        el.addEventListener(kind, (event) => event.stopPropagation());
      }
      el.dataset.lmSuppressShortcuts = "true";
      let isAsleep = false;
      const send = (content: object) => {
        if (!isAsleep) model.send(content);
      };
      draw({
        model,
        el,
        follow(key, listener) {
          listen(`change:${String(key)}`, () => listener(model.get(key)));
          listener(model.get(key));
        },
        receive: (listener) => listen("msg:custom", listener as (...args: never[]) => void),
        save(values) {
          if (isAsleep) return;
          for (const key of Object.keys(values) as (keyof State)[]) {
            model.set(key, values[key] as State[keyof State]);
            saved.add(key);
          }
          model.save_changes();
        },
        send,
        command(content) {
          const state = Object.fromEntries([...saved].map((key) => [key, model.get(key)]));
          send({ ...content, state });
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
      const stopWatching = watchKernel(model, () => {
        isAsleep = true;
        fallAsleep(el);
      });
      ends.push(stopWatching);
      send({ hello: true });
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

interface PageLibraries {
  use(name: string): Promise<unknown[]>;
  has?(name: string): boolean;
  provide(name: string, packed: string[]): Promise<void>;
}

/** A library's modules: the page's, if an output has brought them already, else TypeScript's, once a page. */
export function library(view: View<object>, name: string): Promise<unknown[]> {
  const page = window as unknown as { smitinLab?: PageLibraries };
  if (!page.smitinLab) new Function("window", pageLibraries)(window);
  const { smitinLab } = page;
  if (!smitinLab?.has?.(name)) {
    view.receive(({ provide, scripts }) => {
      if (provide === name) void smitinLab?.provide(name, scripts as string[]);
    });
    view.send({ need: name });
  }
  return smitinLab!.use(name);
}
