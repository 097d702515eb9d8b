import { pairs } from "../../../lib/figures/theme";

const names = ["ink", "quietInk", "grid", "paper", "smitin"] as const;

/** The figures' colours for a page's own text and lines, as properties (`--ink`), in the reader's theme. */
export const pageColours = `:root { color-scheme: light dark; ${names
  .map((name) => `--${name}: light-dark(${pairs[name].light}, ${pairs[name].dark});`)
  .join(" ")} }`;
