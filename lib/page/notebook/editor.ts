import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { javascript } from "@codemirror/lang-javascript";
import { syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { Prec } from "@codemirror/state";
import { hoverTooltip, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";
import type { CellDiagnostic } from "../../kernel/compiler/compilation";
import type { Completion } from "../../kernel/compiler/completion";

/** A cell's text, to be edited. */
export interface Editor {
  readonly element: HTMLElement;
  focus(): void;
  /** Mark what is wrong in the text; nothing if the list is empty. */
  mark(found: CellDiagnostic[]): void;
}

export interface EditorOptions {
  text: string;
  label: string;
  isCode: boolean;
  changed(text: string): void;
  /** Shift-Enter, Ctrl-Enter */
  run(goOn: boolean): void;
  /** Escape */
  leave(): void;
  complete(source: string, position: number): Promise<Completion>;
  explain(source: string, position: number): Promise<string | undefined>;
}

export function createEditor(options: EditorOptions): Editor {
  const press = (key: string, act: () => void) => ({
    key,
    run: () => {
      act();
      return true;
    },
  });
  const keys = Prec.highest(
    keymap.of([press("Shift-Enter", () => options.run(true)), press("Mod-Enter", () => options.run(false))]),
  );
  const leave = keymap.of([press("Escape", options.leave)]); // after completion's own
  const code = [
    javascript({ typescript: true }),
    autocompletion({ override: [completionOf(options)] }),
    explanations(options),
  ];
  const view = new EditorView({
    doc: options.text,
    extensions: [
      keys,
      options.isCode ? code : EditorView.lineWrapping,
      basicSetup,
      leave,
      syntaxHighlighting(classHighlighter),
      EditorView.contentAttributes.of({ "aria-label": options.label, tabindex: "0" }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) options.changed(state.doc.toString());
      }),
    ],
  });
  return {
    element: view.dom,
    focus: () => view.focus(),
    mark(found) {
      const { doc } = view.state;
      const marks = found
        .filter(({ line, file }) => !file && line <= doc.lines)
        .map(({ line, column, message }) => {
          const from = Math.min(doc.line(line).from + column - 1, doc.length);
          const word = view.state.wordAt(from);
          return {
            from,
            to: word?.to ?? Math.min(from + 1, doc.length),
            severity: "error" as const,
            message,
          };
        });
      view.dispatch(setDiagnostics(view.state, marks));
    },
  };
}

/** What the compiler proposes, after a point at once, elsewhere from the second letter on. */
function completionOf({ complete }: EditorOptions) {
  return async ({ state, pos, explicit }: CompletionContext): Promise<CompletionResult | null> => {
    const before = state.sliceDoc(Math.max(0, pos - 2), pos);
    if (!explicit && !/(\.|[\w$]{2}|\.[\w$])$/.test(before)) return null;
    const { start, end, candidates } = await complete(state.doc.toString(), pos);
    return {
      from: start,
      to: end,
      options: candidates.slice(0, 200).map((label, i) => ({ label, boost: -i / 3 })),
      validFor: /^[\w$]*$/,
    };
  };
}

/** A name's type and documentation, where the pointer rests on it. */
function explanations({ explain }: EditorOptions) {
  return hoverTooltip(async ({ state }, pos) => {
    const word = state.wordAt(pos);
    const text = word && (await explain(state.doc.toString(), pos));
    if (!text) return null;
    const dom = document.createElement("pre");
    dom.className = "explanation";
    dom.textContent = text;
    return { pos: word.from, end: word.to, create: () => ({ dom }) };
  });
}
