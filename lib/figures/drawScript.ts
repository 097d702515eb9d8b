import { darkTemplate } from "./dark";

/**
 * JavaScript of `drawFigure(place, Plotly, { data, layout, dark })`, which draws a figure in an element of a page, in the page's
 * theme, and again when that changes: JupyterLab's, the page's own (`data-theme`), VS Code's, else the reader's system's. `dark`
 * are `darkColours` of the figure. An element that is not to be seen is drawn when it is.
 */
export const drawScript = `function drawFigure(place, Plotly, { data, layout, dark = {} }) {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const template = ${JSON.stringify(darkTemplate)};
  let drawn;
  const isDark = () => {
    const { body, documentElement: root } = document;
    if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
    if (root.dataset.theme) return root.dataset.theme === "dark";
    const [, code] = /\\bvscode-(dark|light|high-contrast)\\b/.exec(body.className) ?? [];
    return code ? code !== "light" : prefersDark.matches;
  };
  const recolour = (value, name) => {
    if (typeof value === "string") return /color(?!scale)/i.test(name) ? (dark[value] ?? value) : value;
    if (Array.isArray(value)) return value.map((item) => recolour(item, name));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, recolour(item, key)]));
  };
  const draw = () => {
    const theme = isDark() ? "dark" : "light";
    if (theme === drawn) return;
    drawn = theme;
    const figure = theme === "dark" ? recolour({ data, layout: { template, ...layout } }, "") : { data, layout };
    Plotly.react(place, figure.data, { uirevision: "theme", ...figure.layout }, { displaylogo: false });
  };
  const isSeen = () => place.getClientRects().length > 0;
  const follow = () => {
    if (place.isConnected) return isSeen() && draw();
    attributes.disconnect();
    prefersDark.removeEventListener("change", follow);
  };
  const attributes = new MutationObserver(follow);
  for (const element of [document.body, document.documentElement])
    attributes.observe(element, { attributeFilter: ["data-jp-theme-light", "data-theme", "class"] });
  prefersDark.addEventListener("change", follow);
  if (isSeen()) draw();
  else new ResizeObserver((_, watch) => isSeen() && (watch.disconnect(), draw())).observe(place);
}`;
