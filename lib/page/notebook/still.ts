import type { Figure } from "../../figures/figure";

/*
 * In the place of lib/stills/still.ts in a page: plotly runs in the page itself, so the worker asks it for stills.
 */

interface Size {
  width?: number;
  height?: number;
}
type Draw = (figure: Figure, size: Size) => Promise<string>;

let draw: Draw | undefined;

/** Say who draws. */
export function drawnBy(drawer: Draw): void {
  draw = drawer;
}

/** The figure as an SVG document. @throws Error when plotly cannot draw it */
export async function figureSvg(figure: Figure, size: Size = {}): Promise<string> {
  if (!draw) throw new Error("figureSvg: no page draws figures here");
  return draw(JSON.parse(JSON.stringify(figure, plainArrays)), size);
}

function plainArrays(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as Float32Array)
    : value;
}
