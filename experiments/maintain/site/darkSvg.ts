import { channels } from "../../../lib/figures/colour";
import { darkColour } from "../../../lib/figures/dark";
import { pairs } from "../../../lib/figures/theme";

/** Colours that stills have besides the theme's: plotly's own ink, and what older labs drew in. */
const others = ["#444444", "#5d6670", "#6b7580", "#8d98a3", "#009e73", "#cc79a7"];

/** Channels of a colour that means the same in every figure, and of what it becomes on a dark page. Paper is a ground, not a colour. */
const dark = new Map(
  [...Object.values(pairs).map(({ light }) => light), ...others]
    .filter((light) => light !== pairs.paper.light)
    .map((light) => [channels(light).join(", "), channels(darkColour(light)).join(", ")]),
);

/** The ground of the site's own pages (page.css). */
const paper = "20, 23, 26";

/** A figure's still, made for the light, on a dark page. Values' own colours (heat maps) stay, and so do words on them. */
export function darkSvg(svg: string): string {
  return svg
    .replace(/(?<=rgba?\()\d+, \d+, \d+/g, (colour) => dark.get(colour) ?? colour)
    .replace(/background: (rgb\(255, 255, 255\)|white)/g, `background: rgb(${paper})`)
    .replace(/<rect [^>]*>/g, (rect) =>
      isGround(rect) ? rect.replace("rgb(255, 255, 255)", `rgb(${paper})`) : rect,
    );
}

/** Whether a rectangle is the paper that plots are drawn on. */
function isGround(rect: string): boolean {
  return /class="bg"/.test(rect) || /^<rect x="0" y="0"/.test(rect);
}
