import { h } from "../../notebook/widgets/page/elements";
import type { KernelState } from "./kernel";

/** The bar above a notebook: what goes on, and what can be done with all of it. */
export interface Toolbar {
  readonly element: HTMLElement;
  state(state: KernelState): void;
  edited(isEdited: boolean): void;
  files(files: Map<string, Uint8Array>): void;
  tell(words: string): void;
}

export interface ToolbarActions {
  runAll(): void;
  interrupt(): void;
  restart(): void;
  download(): void;
  open(file: File): void;
  forget(): void;
  saveFile(path: string): void;
}

const words: Record<KernelState, string> = {
  asleep: "Nothing has run yet. Run a cell: it runs in this page.",
  starting: "Starting: the lab and TypeScript are loading.",
  compiling: "Compiling.",
  busy: "Running.",
  stopping: "The cell does not stop by itself. Interrupt again to end it by force: all values are lost.",
  idle: "Ready.",
};

export function createToolbar(actions: ToolbarActions): Toolbar {
  const act = (label: string, title: string, press: () => void) =>
    h("button", { type: "button", title, onclick: press }, label);
  const status = h("p", { class: "status", role: "status" });
  const told = h("p", { class: "told", role: "alert", hidden: true });
  const interrupt = act("Interrupt", "End the running cell, keep all values", actions.interrupt);
  const forget = act("Undo edits", "Back to the notebook as it was; your edits are lost", () => {
    if (confirm("Go back to the notebook as it was? Your edits are lost.")) actions.forget();
  });
  const file: HTMLInputElement = h("input", {
    type: "file",
    accept: ".ipynb",
    "aria-label": "Open a notebook file",
    onchange: () => {
      const [chosen] = file.files ?? [];
      if (chosen) actions.open(chosen);
      file.value = "";
    },
  });
  const kept = h("details", { class: "kept", hidden: true });
  const element = h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Notebook" },
    h(
      "div",
      { class: "row" },
      act("Run all", "Run all cells, up to the first that fails", actions.runAll),
      interrupt,
      act("Restart", "Begin anew, without any values", actions.restart),
      act("Download", "As an .ipynb file, for Jupyter", actions.download),
      h("label", { class: "file", title: "Open an .ipynb file in this page" }, "Open a file", file),
      forget,
    ),
    status,
    told,
    kept,
  );
  return {
    element,
    state(state) {
      status.textContent = words[state];
      status.dataset.state = state;
      interrupt.disabled = ["asleep", "idle"].includes(state);
    },
    edited(isEdited) {
      forget.hidden = !isEdited;
    },
    files(files) {
      kept.hidden = files.size === 0;
      const items = [...files].map(([path, { length }]) =>
        h(
          "li",
          {},
          act(path, "Download this file", () => actions.saveFile(path)),
          ` ${Math.ceil(length / 1000)} kB`,
        ),
      );
      const count = files.size === 1 ? "1 file" : `${files.size} files`;
      kept.replaceChildren(
        h("summary", {}, `${count} written by cells, here until the page is closed`),
        h("ul", {}, ...items),
      );
    },
    tell(sentence) {
      told.textContent = sentence;
      told.hidden = false;
    },
  };
}
