import { inspect } from "node:util";
import { figureBundle, isFigure } from "./figure";
import { isSound, soundBundle } from "./listen";
import type { MimeBundle } from "./output";
import { summaryOf } from "./summaries/kinds";
import { isTable, tableBundle } from "./table";

/** A value that knows how it looks in a notebook. */
export interface Showable {
  _repr_mimebundle_(): MimeBundle | Promise<MimeBundle>;
}

/**
 * All forms in which a notebook can show `value`: a figure, a danfojs table, audio or a take, PNG bytes, anything with
 * `_repr_mimebundle_`; a summary of what would be a dump of numbers (`summaryKinds`); everything else as text.
 */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (typeof value === "string") return { "text/plain": value };
  if (isShowable(value)) return value._repr_mimebundle_();
  if (isFigure(value)) return figureBundle(value);
  if (isTable(value)) return tableBundle(value);
  if (isSound(value)) return soundBundle(value);
  const summary = summaryOf(value);
  if (summary) return summary;
  if (isPng(value)) return { "image/png": Buffer.from(value).toString("base64"), "text/plain": "[image]" };
  return { "text/plain": inspect(value) };
}

function isShowable(value: unknown): value is Showable {
  return typeof (value as Showable | null)?._repr_mimebundle_ === "function";
}

function isPng(value: unknown): value is Uint8Array {
  return (
    value instanceof Uint8Array &&
    Buffer.from(value.subarray(0, 8)).toString("latin1") === "\x89PNG\r\n\x1a\n"
  );
}
