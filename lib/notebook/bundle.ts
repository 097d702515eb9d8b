import { inspect } from "node:util";
import type { MimeBundle } from "./output";

/** A value that knows how it looks in a notebook. */
export interface Showable {
  _repr_mimebundle_(): MimeBundle | Promise<MimeBundle>;
}

/** All forms in which a notebook can show `value`. */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (isShowable(value)) return value._repr_mimebundle_();
  return { "text/plain": typeof value === "string" ? value : inspect(value) };
}

function isShowable(value: unknown): value is Showable {
  return typeof (value as Showable | null)?._repr_mimebundle_ === "function";
}
