import { recordOutputs } from "../../kernel/headless/recordOutputs";
import {
  type NotebookCell,
  type NotebookFile,
  type SavedOutput,
  sourceOf,
} from "../../kernel/notebookFormat";
import type { Markdown } from "../../kernel/webpage/markdown";
import { h } from "../../notebook/widgets/page/elements";
import { type CellView, createCellView } from "./cellView";
import type { PageKernel } from "./kernel";
import type { WidgetHost } from "./widgetHost";

/** The cells of a notebook, live. */
export interface CellList {
  readonly element: HTMLElement;
  /** Run all code cells in order, up to the first that fails. */
  runAll(): Promise<void>;
}

/** @param changed called when a cell's text, or the list, has been changed; the notebook itself is up to date */
export function createCells(
  notebook: NotebookFile,
  kernel: PageKernel,
  widgets: WidgetHost,
  markdown: Markdown,
  changed: () => void,
): CellList {
  const element = h("div", { class: "cells" });
  const recorder = recordOutputs();
  const views: CellView[] = [];
  for (const cell of notebook.cells) insert(cell, views.length);
  return {
    element,
    async runAll() {
      const code = views.filter(({ cell }) => cell.cell_type === "code" && sourceOf(cell).trim());
      await Promise.all(code.map(run));
    },
  };

  function insert(cell: NotebookCell, at: number): CellView {
    const view = createCellView(cell, markdown, widgets, {
      run(goOn) {
        if (cell.cell_type === "code") void run(view);
        if (goOn) goFrom(view);
      },
      changed,
      add(type) {
        const added: NotebookCell = { id: freshId(), cell_type: type, source: "", metadata: {} };
        if (type === "code") Object.assign(added, { outputs: [], execution_count: null });
        const place = views.indexOf(view) + 1;
        notebook.cells.splice(place, 0, added);
        insert(added, place).edit();
        changed();
      },
      remove() {
        if (views.length === 1) return;
        const place = views.indexOf(view);
        views.splice(place, 1);
        notebook.cells.splice(place, 1);
        view.element.remove();
        views[Math.min(place, views.length - 1)].focus();
        changed();
      },
      go: (step) => views[views.indexOf(view) + step]?.focus(),
      complete: kernel.complete,
      explain: kernel.explain,
    });
    element.insertBefore(view.element, views[at]?.element ?? null);
    views.splice(at, 0, view);
    return view;
  }

  /** To the next cell, which is made at the end. */
  function goFrom(view: CellView): void {
    const next = views[views.indexOf(view) + 1];
    if (next) {
      next.focus();
      next.element.scrollIntoView({ block: "nearest" });
      return;
    }
    const cell: NotebookCell = { id: freshId(), cell_type: "code", source: "", metadata: {}, outputs: [] };
    notebook.cells.push(cell);
    insert(cell, views.length).edit();
    changed();
  }

  async function run(view: CellView): Promise<void> {
    const { cell } = view;
    view.stand("waits");
    const ok = await kernel.run(cell.id, sourceOf(cell), {
      begins(number) {
        cell.outputs = recorder.begin();
        cell.execution_count = number;
        view.mark([]);
        view.show();
        view.stand("runs");
      },
      compiled: ({ diagnostics }) => view.mark(diagnostics),
      output(output, number) {
        recorder.add(output, number);
        for (const each of views) if (isLive(each.cell.outputs)) each.show();
      },
    });
    view.show();
    view.stand(ok ? "done" : "failed");
  }
}

function isLive(outputs: SavedOutput[] | undefined): boolean {
  return outputs !== undefined && outputs.length > 0;
}

function freshId(): string {
  return `cell-${Math.random().toString(36).slice(2, 10)}`;
}
