/** The widgets whose pages the build has made. */
declare const WIDGET_PAGES: string[];

/**
 * In the place of lib/notebook/widgets/widgetFrame.ts in a page: the widgets' pages lie beside it, made by the build.
 * @throws Error on a page of one's own, which esbuild would have to make
 */
export function widgetFrame(page: string): { _anywidget_id: string; _esm: string; _css: string } {
  if (!WIDGET_PAGES.includes(page))
    throw new Error(
      `createWidget: expected one of ${WIDGET_PAGES.join(", ")}, found "${page}": a page of your own is built by Node.js; run this notebook in Jupyter for it`,
    );
  return { _anywidget_id: `smitin-lab.${page}`, _esm: page, _css: "" };
}
