import type { SavedOutput } from "../../kernel/notebookFormat";
import type { Markdown } from "../../kernel/webpage/markdown";
import { outputHtml } from "../../kernel/webpage/output";
import { h } from "../../notebook/widgets/page/elements";
import type { WidgetHost } from "./widgetHost";

const widgetView = "application/vnd.jupyter.widget-view+json";

/** The outputs of one cell, drawn anew where they have changed. */
export interface OutputView {
  readonly element: HTMLElement;
  show(outputs: SavedOutput[]): void;
}

interface Drawn {
  element: HTMLElement;
  /** what it was drawn from */
  content: unknown;
  end?: () => void;
}

export function createOutputView(markdown: Markdown, widgets: WidgetHost): OutputView {
  const element = h("div", { class: "outputs", "aria-live": "polite" });
  let drawn = new Map<SavedOutput, Drawn>();
  return {
    element,
    show(outputs) {
      const before = drawn;
      drawn = new Map();
      for (const output of outputs) {
        const content = contentOf(output);
        const known = before.get(output);
        if (known && known.content === content) {
          drawn.set(output, known);
          continue;
        }
        known?.end?.();
        const place = known?.element ?? h("div", { class: "output" });
        drawn.set(output, { element: place, content });
        draw(output, place);
      }
      for (const [output, { element: gone, end }] of before)
        if (!drawn.has(output)) {
          end?.();
          gone.remove();
        }
      for (const { element: place } of drawn.values()) if (!place.isConnected) element.append(place);
    },
  };

  function draw(output: SavedOutput, place: HTMLElement): void {
    const view = "data" in output ? (output.data[widgetView] as { model_id: string } | undefined) : undefined;
    if (view) void drawWidget(output, view.model_id, place);
    else {
      place.innerHTML = outputHtml(output, markdown);
      runScripts(place);
    }
  }

  async function drawWidget(output: SavedOutput, id: string, place: HTMLElement): Promise<void> {
    const ground = h("div", {});
    place.replaceChildren(ground);
    try {
      const end = await widgets.render(id, ground);
      const now = drawn.get(output);
      if (now) now.end = end;
      else end?.();
    } catch (error) {
      place.replaceChildren(
        h("p", { class: "note" }, `The widget could not be drawn: ${(error as Error).message}`),
      );
    }
  }
}

/** What changes when an output does. */
function contentOf(output: SavedOutput): unknown {
  if ("data" in output) return output.data;
  return "text" in output ? output.text : output;
}

/** Scripts that come with HTML do not run by themselves. */
function runScripts(place: HTMLElement): void {
  for (const script of place.querySelectorAll("script")) {
    const copy = document.createElement("script");
    copy.textContent = script.textContent;
    script.replaceWith(copy);
  }
}
