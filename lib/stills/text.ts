import type { DOMWindow } from "jsdom";

/**
 * Give jsdom's SVG elements the boxes that plotly places text by: `getBBox`, `getBoundingClientRect` and
 * `getComputedTextLength`, from attributes, transforms and Arial's character widths.
 */
export function installBoxes(window: DOMWindow): void {
  const { prototype } = window.SVGElement as unknown as { prototype: Record<string, unknown> };
  prototype.getBBox = function (this: Element) {
    return rectangle(ownBox(this));
  };
  prototype.getBoundingClientRect = function (this: Element) {
    let box = ownBox(this);
    for (let at: Element | null = this; at && at.localName !== "div"; at = at.parentElement)
      box = moved(box, at);
    return rectangle(box);
  };
  prototype.getComputedTextLength = function (this: Element) {
    return textWidth(this.textContent ?? "", fontOf(this));
  };
}

/** Width in pixels of one line in Arial (or a font of its metrics) at a size in pixels. */
export function textWidth(text: string, { size, bold }: { size: number; bold: boolean }): number {
  let units = 0;
  for (const character of text)
    units += WIDTHS[character.charCodeAt(0) - 32] ?? OTHER_WIDTHS[character] ?? 556;
  return (units / 1000) * size * (bold ? 1.1 : 1);
}

/** Advance widths of the characters 32 to 126, thousandths of the size. Source: Adobe's Helvetica.afm; Arial has the same. */
const WIDTHS = (
  "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 " +
  "278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 " +
  "722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 " +
  "556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
  .split(" ")
  .map(Number);
const OTHER_WIDTHS: Record<string, number> = { "\u2212": 584, "\u2014": 1000, "\u00b7": 333, "\u2026": 1000 };
/** Above and below the baseline, as a share of the size. */
const ASCENT = 0.905;
const DESCENT = 0.212;

/** Left, top, right, bottom; empty when right < left. */
type Box = [left: number, top: number, right: number, bottom: number];
const EMPTY: Box = [Infinity, Infinity, -Infinity, -Infinity];

/** An element's box in its own coordinates, before its own transform. */
function ownBox(element: Element): Box {
  const number = (name: string) => Number.parseFloat(element.getAttribute(name) ?? "") || 0;
  const [x, y] = [number("x"), number("y")];
  switch (element.localName) {
    case "text":
      return textBox(element);
    case "tspan":
      return [0, 0, textWidth(element.textContent ?? "", fontOf(element)), fontOf(element).size];
    case "rect":
    case "image":
      return [x, y, x + number("width"), y + number("height")];
    case "path":
      return pathBox(element.getAttribute("d") ?? "");
    case "g":
    case "svg":
      return Array.from(element.children)
        .filter((child) => !isHidden(child))
        .map((child) => moved(ownBox(child), child))
        .reduce(union, EMPTY);
    default:
      return EMPTY;
  }
}

function isHidden(element: Element): boolean {
  return ["defs", "clipPath"].includes(element.localName) || styleOf(element, "display") === "none";
}

function textBox(text: Element): Box {
  const lines = Array.from(text.children).filter((child) => child.classList.contains("line"));
  return (lines.length ? lines : [text]).map((line) => lineBox(line, text)).reduce(union, EMPTY);
}

function lineBox(line: Element, text: Element): Box {
  const place = (name: string) =>
    Number.parseFloat(line.getAttribute(name) ?? text.getAttribute(name) ?? "") || 0;
  const { size } = fontOf(text);
  const width = runsWidth(line);
  const anchor = text.getAttribute("text-anchor") ?? "start";
  const left = place("x") - (anchor === "middle" ? width / 2 : anchor === "end" ? width : 0);
  const baseline = place("y") + Number.parseFloat(line.getAttribute("dy") ?? "0") * size;
  return width === 0 ? EMPTY : [left, baseline - ASCENT * size, left + width, baseline + DESCENT * size];
}

/** Width of a line whose parts may have their own fonts. */
function runsWidth(line: Element): number {
  return Array.from(line.childNodes).reduce(
    (sum, child) =>
      sum +
      (child.nodeType === 1 ? runsWidth(child as Element) : textWidth(child.textContent ?? "", fontOf(line))),
    0,
  );
}

function fontOf(element: Element): { size: number; bold: boolean } {
  const size = Number.parseFloat(inherited(element, "font-size") ?? "") || 12;
  const weight = inherited(element, "font-weight") ?? "";
  return { size, bold: weight === "bold" || Number(weight) >= 600 };
}

function inherited(element: Element, property: string): string | undefined {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const value = styleOf(at, property);
    if (value) return value;
  }
  return undefined;
}

function styleOf(element: Element, property: string): string {
  return (element as SVGElement).style?.getPropertyValue(property) ?? "";
}

/** Of a path with absolute M, L, H, V commands, which is what plotly writes for frames and lines. */
function pathBox(d: string): Box {
  let box: Box = EMPTY;
  let at: [number, number] = [0, 0];
  for (const [, command, values] of d.matchAll(/([MLHV])([^A-Za-z]*)/g)) {
    const numbers = (values.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);
    for (let i = 0; i < numbers.length; i += command === "M" || command === "L" ? 2 : 1) {
      at =
        command === "H"
          ? [numbers[i], at[1]]
          : command === "V"
            ? [at[0], numbers[i]]
            : [numbers[i], numbers[i + 1]];
      box = union(box, [...at, ...at]);
    }
  }
  return box;
}

/** A box after an element's own transform: the box around its four corners. */
function moved(box: Box, element: Element): Box {
  const transform = element.getAttribute("transform");
  if (!transform || box[2] < box[0]) return box;
  const [a, b, c, d, e, f] = matrixOf(transform);
  const [left, top, right, bottom] = box;
  return [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ]
    .map(([x, y]): [number, number] => [a * x + c * y + e, b * x + d * y + f])
    .map((corner): Box => [...corner, ...corner])
    .reduce(union);
}

type Affine = [number, number, number, number, number, number];

/** The matrix of a list of translate, rotate, scale and matrix. */
function matrixOf(transform: string): Affine {
  let whole: Affine = [1, 0, 0, 1, 0, 0];
  for (const [, name, values] of transform.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [p = 0, q, r, ...rest] = values.split(/[\s,]+/).map(Number);
    if (name === "translate") whole = product(whole, [1, 0, 0, 1, p, q ?? 0]);
    if (name === "scale") whole = product(whole, [p, 0, 0, q ?? p, 0, 0]);
    if (name === "matrix") whole = product(whole, [p, q, r, rest[0], rest[1], rest[2]]);
    if (name === "rotate") {
      const [cos, sin] = [Math.cos((p * Math.PI) / 180), Math.sin((p * Math.PI) / 180)];
      const [x, y] = [q ?? 0, r ?? 0];
      whole = product(whole, [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y]);
    }
  }
  return whole;
}

function product([a, b, c, d, e, f]: Affine, [p, q, r, s, t, u]: Affine): Affine {
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

function union(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function rectangle([left, top, right, bottom]: Box) {
  if (right < left) return { x: 0, y: 0, left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 };
  return { x: left, y: top, left, top, right, bottom, width: right - left, height: bottom - top };
}
