import { h } from "../notebook/widgets/page/elements";

const themes = ["", "light", "dark"];
const names: Record<string, string> = {
  "": "Theme: as the system",
  light: "Theme: light",
  dark: "Theme: dark",
};
const place = "smitin-theme";

/** Goes round the themes; the choice is kept where the browser lets it. */
export function createThemeButton(): HTMLElement {
  const button = h("button", { type: "button", onclick: () => put(themes[(themes.indexOf(now) + 1) % 3]) });
  let now = "";
  let kept = "";
  try {
    kept = localStorage.getItem(place) ?? "";
  } catch {}
  put(themes.includes(kept) ? kept : "");
  return button;

  function put(theme: string): void {
    now = theme;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    button.textContent = { "": "◐", light: "☼", dark: "☾" }[theme] ?? "";
    button.title = names[theme];
    button.setAttribute("aria-label", names[theme]);
    try {
      localStorage.setItem(place, theme);
    } catch {}
  }
}
