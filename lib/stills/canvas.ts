import type { DOMWindow } from "jsdom";
import { encodePng } from "./png";

/**
 * Give jsdom's canvases what plotly's heat maps need: filled rectangles and image data. Image data becomes a PNG;
 * rectangles are kept, to be written into the SVG as such by `vectorCells`.
 */
export function installCanvas(window: DOMWindow): void {
  const contexts = new WeakMap<HTMLCanvasElement, Context>();
  const { prototype } = window.HTMLCanvasElement;
  prototype.getContext = function (this: HTMLCanvasElement, kind: string) {
    if (kind !== "2d") return null;
    const context = contexts.get(this) ?? new Context(this.width, this.height);
    contexts.set(this, context);
    return context;
  } as unknown as HTMLCanvasElement["getContext"];
  prototype.toDataURL = function (this: HTMLCanvasElement) {
    return contexts.get(this)?.toDataURL() ?? "data:,";
  };
}

/** Put the rectangles of heat maps in the place of the images that stand for them. */
export function vectorCells(svg: string): string {
  return svg.replace(/<image\b[^>]*"cells:(\d+)"[^>]*?(\/>|><\/image>)/g, (image, id: string) => {
    const cells = kept.get(Number(id)) ?? [];
    kept.delete(Number(id));
    const [x, y] = ["x", "y"].map((name) => image.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? "0");
    const rects = cells.map(
      ({ x, y, width, height, fill }) =>
        `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`,
    );
    return `<g class="cells" transform="translate(${x},${y})" shape-rendering="crispEdges">${rects.join("")}</g>`;
  });
}

interface Cell {
  x: number;
  y: number;
  width: number;
  height: number;
  fill: string;
}

interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** Cells of canvases whose figure is still being drawn. */
const kept = new Map<number, Cell[]>();
let made = 0;

class Context {
  fillStyle = "rgba(0,0,0,1)";
  private cells: Cell[] = [];
  private pixels?: Pixels;

  constructor(
    private width: number,
    private height: number,
  ) {}

  fillRect(x: number, y: number, width: number, height: number): void {
    const fill = svgColour(this.fillStyle);
    if (fill !== undefined && width > 0 && height > 0) this.cells.push({ x, y, width, height, fill });
  }

  createImageData(width: number, height: number): Pixels {
    return { width, height, data: new Uint8ClampedArray(4 * width * height) };
  }

  putImageData(pixels: Pixels): void {
    this.pixels = pixels;
  }

  toDataURL(): string {
    if (this.pixels) {
      const png = encodePng(this.pixels.data, this.width, this.height);
      return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
    }
    kept.set(++made, this.cells);
    return `cells:${made}`;
  }
}

/** `rgba(r,g,b,a)` as `#rrggbb`; undefined when it is transparent, as plotly has it for missing values. */
function svgColour(style: string): string | undefined {
  const [r, g, b, a = 1] = style
    .slice(style.indexOf("(") + 1, -1)
    .split(",")
    .map(Number);
  if (a === 0) return undefined;
  return `#${[r, g, b].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}
