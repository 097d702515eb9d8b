import type { MarkedExtension, Tokens } from "marked";
import temml from "temml";
import { escapeHtml } from "../../notebook/libraries";

interface Formula extends Tokens.Generic {
  /** LaTeX */
  formula: string;
  isDisplay: boolean;
}

/**
 * LaTeX between `$` signs, and between `$$` in a paragraph of its own, as MathML, which browsers draw by themselves. As in
 * Jupyter and Pandoc a sign beside a space on the inner side, or before a digit, is money and no formula.
 */
export const math: MarkedExtension = {
  extensions: [
    {
      name: "formula",
      level: "inline",
      start: (source) => source.indexOf("$"),
      tokenizer(source): Formula | undefined {
        const display = /^\$\$([^$]+)\$\$/.exec(source);
        if (display) return { type: "formula", raw: display[0], formula: display[1], isDisplay: true };
        const inline = /^\$(?!\s)((?:\\\$|[^$\n])+?)(?<!\s)\$(?!\d)/.exec(source);
        return inline ? { type: "formula", raw: inline[0], formula: inline[1], isDisplay: false } : undefined;
      },
      renderer: (token) => formulaHtml(token as Formula),
    },
  ],
};

/** What is no LaTeX stays as it was written. */
function formulaHtml({ formula, isDisplay, raw }: Formula): string {
  try {
    return temml.renderToString(formula, { displayMode: isDisplay, throwOnError: true });
  } catch {
    return `<code>${escapeHtml(raw)}</code>`;
  }
}
