import { sharpCanvas } from "../notebook/widgets/page/elements";

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

/** A canvas as wide as its place, in the page's letters and colours (`sharpCanvas`); `paint` draws in CSS pixels. */
export function canvas(
  height: number,
  label: string,
  paint: (context: CanvasRenderingContext2D, width: number, height: number, ink: Ink) => void,
): { element: HTMLCanvasElement; ask(): void } {
  const { element, ask } = sharpCanvas({ role: "img", "aria-label": label }, height, (context, width) => {
    context.font = `13px ${getComputedStyle(document.body).fontFamily}`;
    paint(context, width, height, inkOf(element));
  });
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
