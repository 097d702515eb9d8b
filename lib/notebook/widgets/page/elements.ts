import { followTheme } from "./theme";

type Attributes = Record<string, string | number | boolean | ((event: never) => void) | undefined>;

/** An element: attributes, listeners as `onclick`, and what is in it. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * A slider with its name and value: arrow keys work, a double click goes back to where it began. Where its range goes
 * through zero, a mark shows where that is.
 */
export function slider(
  name: string,
  range: { min: number; max: number; step: number; value: number },
  { tell = String, change }: { tell?: (value: number) => string; change(value: number): void },
) {
  const { value, ...limits } = range;
  const shown = h("output", {}, tell(value));
  const input = h("input", { type: "range", "aria-label": name, ...limits, value: String(value) });
  const put = (next: number) => {
    input.value = String(next);
    shown.textContent = tell(next);
    input.setAttribute("aria-valuetext", tell(next));
  };
  const said = (next: number) => {
    put(next);
    change(next);
  };
  input.addEventListener("input", () => said(Number(input.value)));
  input.addEventListener("dblclick", () => said(value));
  put(value);
  const say = (text: string) => {
    shown.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  const hasZero = limits.min < 0 && limits.max > 0;
  const track = h(
    "span",
    {
      class: hasZero ? "sm-track sm-zero" : "sm-track",
      style: hasZero ? `--sm-zero:${-limits.min / (limits.max - limits.min)}` : undefined,
    },
    input,
  );
  return { element: h("label", { class: "sm-slider" }, h("span", {}, name), track, shown), put, say };
}

/** A choice of a few. */
export function choice<Value extends string>(
  name: string,
  options: [value: Value, label: string][],
  change: (value: Value) => void,
) {
  const select: HTMLSelectElement = h(
    "select",
    { "aria-label": name, onchange: () => change(select.value as Value) },
    ...options.map(([value, label]) => h("option", { value }, label)),
  );
  return {
    element: h("label", { class: "sm-choice" }, h("span", {}, name), select),
    put(value: Value) {
      select.value = value;
    },
  };
}

export function button(label: string, title: string, press: () => void): HTMLButtonElement {
  return h("button", { type: "button", title, "aria-label": title, onclick: press }, label);
}

/** Something that is on or off, and looks like it. */
export function toggle(label: string, title: string, change: (isOn: boolean) => void) {
  const element: HTMLButtonElement = h(
    "button",
    {
      type: "button",
      role: "switch",
      class: "sm-switch",
      title,
      onclick: () => {
        put(element.getAttribute("aria-checked") !== "true");
        change(element.getAttribute("aria-checked") === "true");
      },
    },
    h("i", { "aria-hidden": "true" }),
    label,
  );
  const put = (isOn: boolean) => element.setAttribute("aria-checked", String(isOn));
  put(false);
  return { element, put };
}

/** Draws in CSS pixels. */
export type Paint = (context: CanvasRenderingContext2D, width: number, height: number) => void;

/**
 * A canvas as wide as its place, sharp on every screen.
 * @param paint is asked when the canvas has a size, when that or the theme has changed, and by `ask`: at most once a frame
 */
export function sharpCanvas(
  attributes: Record<string, string>,
  height: number,
  paint: Paint,
): { element: HTMLCanvasElement; ask(): void; end(): void } {
  const element = h("canvas", { style: `width:100%;height:${height}px`, ...attributes });
  let isAsked = false;
  const draw = () => {
    isAsked = false;
    const context = element.getContext("2d");
    const width = element.clientWidth;
    if (!context || width === 0) return;
    const scale = window.devicePixelRatio || 1;
    if (element.width !== Math.round(width * scale)) element.width = Math.round(width * scale);
    if (element.height !== Math.round(height * scale)) element.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    paint(context, width, height);
  };
  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    (window.requestAnimationFrame ?? ((then: () => void) => setTimeout(then, 16)))(draw);
  };
  const observer = typeof ResizeObserver === "function" ? new ResizeObserver(ask) : undefined;
  observer?.observe(element);
  const unfollow = followTheme(ask);
  return {
    element,
    ask,
    end() {
      observer?.disconnect();
      unfollow();
    },
  };
}
