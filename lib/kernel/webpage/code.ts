import { classHighlighter, highlightCode } from "@lezer/highlight";
import { parser } from "@lezer/javascript";
import { escapeHtml } from "../../notebook/libraries";

const typescript = parser.configure({ dialect: "ts" });
const known = ["typescript", "ts", "javascript", "js"];

/** Code as HTML for a `pre`, TypeScript and JavaScript in colours: spans with the classes `tok-keyword`, `tok-string` and so on. */
export function codeHtml(source: string, language: string): string {
  if (!known.includes(language.toLowerCase())) return escapeHtml(source);
  let html = "";
  highlightCode(
    source,
    typescript.parse(source),
    classHighlighter,
    (text, classes) => {
      html += classes ? `<span class="${classes}">${escapeHtml(text)}</span>` : escapeHtml(text);
    },
    () => {
      html += "\n";
    },
  );
  return html;
}
