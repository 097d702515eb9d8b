import { type NotebookCell, sourceOf } from "../../kernel/notebookFormat";
import type { Markdown } from "../../kernel/webpage/markdown";
import { h } from "../../notebook/widgets/page/elements";
import { createEditor, type Editor, type EditorOptions } from "./editor";
import { createOutputView } from "./outputView";
import type { WidgetHost } from "./widgetHost";

/** A cell on the page. */
export interface CellView {
  readonly cell: NotebookCell;
  readonly element: HTMLElement;
  /** Begin to write in it. */
  edit(): void;
  /** Put the focus on the cell as a whole. */
  focus(): void;
  /** Show its outputs, and how it stands. */
  show(): void;
  stand(state: "waits" | "runs" | "failed" | "done" | ""): void;
  mark: Editor["mark"];
}

/** What a person can do with a cell. */
export interface CellActions extends Pick<EditorOptions, "complete" | "explain"> {
  run(goOn: boolean): void;
  changed(): void;
  add(type: "code" | "markdown"): void;
  remove(): void;
  /** to the one before (-1) or after (1) */
  go(step: number): void;
}

export function createCellView(
  cell: NotebookCell,
  markdown: Markdown,
  widgets: WidgetHost,
  actions: CellActions,
): CellView {
  return cell.cell_type === "code"
    ? codeView(cell, markdown, widgets, actions)
    : textView(cell, markdown, actions);
}

function codeView(
  cell: NotebookCell,
  markdown: Markdown,
  widgets: WidgetHost,
  actions: CellActions,
): CellView {
  const outputs = createOutputView(markdown, widgets);
  const count = h("span", { class: "count" });
  const run = h(
    "button",
    { type: "button", class: "run", title: "Run this cell (Shift-Enter)", onclick: () => actions.run(false) },
    "▶",
  );
  const editor = editorOf(cell, "TypeScript of this cell", actions, () => element.focus());
  const element = frame(
    "code",
    actions,
    () => editor.focus(),
    h("div", { class: "beside" }, run, count),
    h("div", { class: "body" }, editor.element, outputs.element),
  );
  const view: CellView = {
    cell,
    element,
    edit: () => editor.focus(),
    focus: () => element.focus(),
    show() {
      count.textContent = cell.execution_count ? String(cell.execution_count) : "";
      const name = cell.execution_count ? `cell ${cell.execution_count}` : "this cell";
      run.setAttribute("aria-label", `Run ${name}`);
      outputs.show(cell.outputs ?? []);
    },
    stand(state) {
      element.dataset.state = state;
      if (state === "waits" || state === "runs") count.textContent = state === "runs" ? "…" : "·";
      element.setAttribute("aria-busy", String(state === "runs"));
    },
    mark: editor.mark,
  };
  view.show();
  return view;
}

function textView(cell: NotebookCell, markdown: Markdown, actions: CellActions): CellView {
  const text = h("div", { class: "prose", ondblclick: () => edit() });
  const button = h(
    "button",
    {
      type: "button",
      class: "change",
      title: "Edit this text (Enter)",
      "aria-label": "Edit this text",
      onclick: () => edit(),
    },
    "✎",
  );
  const close = (goOn: boolean) => {
    show();
    if (goOn) actions.go(1);
    else element.focus();
  };
  const element = frame(
    "text",
    actions,
    () => edit(),
    h("div", { class: "beside" }, button),
    h("div", { class: "body" }, text),
  );
  const show = () => {
    text.innerHTML = markdown.render(sourceOf(cell), cell.attachments);
    element.dataset.state = "";
  };
  function edit(): void {
    const editor = editorOf(
      cell,
      "Markdown of this text",
      { ...actions, run: close },
      () => close(false),
      false,
    );
    text.replaceChildren(editor.element);
    element.dataset.state = "edited";
    editor.focus();
  }
  show();
  return { cell, element, edit, focus: () => element.focus(), show, stand() {}, mark() {} };
}

function editorOf(
  cell: NotebookCell,
  label: string,
  { run, complete, explain, changed }: CellActions,
  leave: () => void,
  isCode = true,
): Editor {
  return createEditor({
    text: sourceOf(cell),
    label,
    isCode,
    changed(text) {
      cell.source = text;
      changed();
    },
    ...{ run, leave, complete, explain },
  });
}

/** A cell's place, with the keys that work on the cell as a whole, and what can be done with it. */
function frame(kind: string, actions: CellActions, edit: () => void, ...inside: HTMLElement[]): HTMLElement {
  const act = (label: string, title: string, press: () => void) =>
    h("button", { type: "button", title, "aria-label": title, onclick: press }, label);
  const more = h(
    "div",
    { class: "more" },
    act("+ code", "Add a code cell below", () => actions.add("code")),
    act("+ text", "Add a text below", () => actions.add("markdown")),
    act("✕", "Remove this cell", () => actions.remove()),
  );
  const element = h(
    "section",
    {
      class: `cell ${kind}`,
      tabindex: "0",
      role: "group",
      "aria-label": kind === "code" ? "Code cell" : "Text",
    },
    ...inside,
    more,
  );
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    const presses: Record<string, () => void> = {
      Enter: () => (event.shiftKey ? actions.run(true) : edit()),
      ArrowUp: () => actions.go(-1),
      ArrowDown: () => actions.go(1),
    };
    const press = presses[event.key];
    if (!press) return;
    event.preventDefault();
    press();
  });
  return element;
}
