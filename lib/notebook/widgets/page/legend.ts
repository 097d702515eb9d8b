import { h } from "./elements";

/** What the marks of a picture mean, in one row. */
export function legend(...items: HTMLElement[]): HTMLElement {
  return h("div", { class: "sm-legend" }, ...items);
}

/** A mark, by its class in the style sheet, and what it means. */
export function sign(kind: string, words: string): HTMLElement {
  return h("span", {}, h("i", { class: `sm-sign sm-${kind}` }), words);
}
