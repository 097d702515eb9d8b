/** What a figure's colours (lib/figures/theme.ts) become on a dark page: the page's own ink, and hues that stand out from it. */
const dark: Record<string, string> = {
  "34, 38, 43": "233, 236, 239", // ink
  "93, 102, 112": "163, 172, 182", // quiet ink
  "68, 68, 68": "163, 172, 182", // plotly's own ink
  "230, 233, 236": "47, 53, 59", // grid lines
  "238, 241, 244": "38, 44, 50", // the prompt's shade
  "0, 114, 178": "86, 180, 233",
  "213, 94, 0": "255, 158, 87",
  "0, 158, 115": "62, 217, 174",
  "204, 121, 167": "233, 160, 200",
  "107, 117, 128": "156, 163, 175",
  "141, 152, 163": "118, 129, 140",
};
const paper = "20, 23, 26";

/** A figure's still, made for the light, on a dark page. Values' own colours (heat maps) stay, and so do words on them. */
export function darkSvg(svg: string): string {
  return svg
    .replace(/rgb\((\d+, \d+, \d+)\)/g, (whole, colour: string) =>
      dark[colour] ? `rgb(${dark[colour]})` : whole,
    )
    .replace(/rgba\((\d+, \d+, \d+), /g, (whole, colour: string) =>
      dark[colour] ? `rgba(${dark[colour]}, ` : whole,
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
