import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { packagePath } from "../../disk/packageRoot";
import { pageModule } from "./pageModule";

/** What draws a widget in a page, as anywidget wants it. @param page as of `createWidget` */
export function widgetFrame(page: string): { _anywidget_id: string; _esm: string; _css: string } {
  return {
    _anywidget_id: `smitin-lab.${basename(page, ".ts")}`,
    _esm: pageModule(page),
    _css: readFileSync(packagePath("lib/notebook/widgets/page/widget.css"), "utf8"),
  };
}
