import { h } from "../notebook/widgets/page/elements";

/** The page's colours where a canvas stands. */
export interface Ink {
  paper: string;
  text: string;
  quiet: string;
  line: string;
  wave: string;
  shade: string;
  accent: string;
}

/** A canvas as wide as its place, sharp on every screen; `paint` draws in CSS pixels, and is asked at most once a frame. */
export function canvas(
  height: number,
  label: string,
  paint: (context: CanvasRenderingContext2D, width: number, height: number, ink: Ink) => void,
): { element: HTMLCanvasElement; ask(): void } {
  const element = h("canvas", { role: "img", "aria-label": label, style: `height:${height}px` });
  let isAsked = false;
  const draw = () => {
    isAsked = false;
    const context = element.getContext("2d");
    const width = element.clientWidth;
    if (!context || width === 0) return;
    const scale = devicePixelRatio || 1;
    const size = [Math.round(width * scale), Math.round(height * scale)];
    if (element.width !== size[0]) element.width = size[0];
    if (element.height !== size[1]) element.height = size[1];
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `13px ${getComputedStyle(document.body).fontFamily}`;
    paint(context, width, height, inkOf(element));
  };
  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(draw);
  };
  new ResizeObserver(ask).observe(element);
  new MutationObserver(ask).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ask);
  ask();
  return { element, ask };
}

function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  const get = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: get("paper"),
    text: get("text"),
    quiet: get("quiet"),
    line: get("line"),
    wave: get("wave"),
    shade: get("shade"),
    accent: get("accent"),
  };
}
