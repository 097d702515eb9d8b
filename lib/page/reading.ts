import { keepOffline } from "./keepOffline";
import { createThemeButton } from "./themeButton";

/*
 * What every page for reading has besides its text: the choice of theme, tables that a keyboard can scroll, and itself kept for
 * use offline.
 */
document.querySelector(".tools")?.append(createThemeButton());
// where there is no room beside the text, the list of pages is folded
if (innerWidth < 1000) document.querySelector(".contents")?.removeAttribute("open");
for (const table of document.querySelectorAll<HTMLElement>(".wide")) {
  // only what is wider than its place can be scrolled, and needs the focus for it
  new ResizeObserver(() => {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
    else table.removeAttribute("tabindex");
  }).observe(table);
}
void keepOffline(document.body.dataset.root ?? "");
