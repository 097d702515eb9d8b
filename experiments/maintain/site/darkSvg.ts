import { channels } from "../../../lib/figures/colour";
import { pairs } from "../../../lib/figures/theme";

/** Colours that stills have besides the theme's and what they become: plotly's own ink, and what older labs drew in. */
const others = {
  "68, 68, 68": "163, 172, 182",
  "0, 158, 115": "62, 217, 174",
  "204, 121, 167": "233, 160, 200",
  "107, 117, 128": "156, 163, 175",
  "141, 152, 163": "118, 129, 140",
};

/** The channels of a colour, and of what it becomes on a dark page. Paper is a ground, not a colour. */
const dark = new Map(Object.entries(others));
for (const { light, dark: counterpart } of Object.values(pairs))
  if (light !== pairs.paper.light) dark.set(channels(light).join(", "), channels(counterpart).join(", "));

/** The ground of the site's own pages (page.css). */
const paper = "20, 23, 26";

/** A figure's still, made for the light, on a dark page. Values' own colours (heat maps) stay, and so do words on them. */
export function darkSvg(svg: string): string {
  return svg
    .replace(
      /<g class="heatmap-label">.*?<\/g>|(?<=rgba?\()\d+, \d+, \d+/gs,
      (found) => dark.get(found) ?? found,
    )
    .replace(/background: (rgb\(255, 255, 255\)|white)/g, `background: rgb(${paper})`)
    .replace(/<rect [^>]*>/g, (rect) =>
      isGround(rect) ? rect.replace("rgb(255, 255, 255)", `rgb(${paper})`) : rect,
    );
}

/** Whether a rectangle is the paper that plots are drawn on. */
function isGround(rect: string): boolean {
  return /class="bg"/.test(rect) || /^<rect x="0" y="0"/.test(rect);
}
