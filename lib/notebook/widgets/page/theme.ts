export type Theme = "light" | "dark";

/** Colours of players on the page's own ground, whatever shows them. The style sheet of widgets has the same for what is pressed. */
export const playerColours = {
  light: {
    wave: "#6f8fa8",
    played: "#0072b2",
    cursor: "#c25400",
    ink: "#22262b",
    quiet: "#5d6670",
    edge: "#7d8791",
    button: "#0072b2",
    onButton: "#ffffff",
  },
  dark: {
    wave: "#6e8ea7",
    played: "#8fd0f5",
    cursor: "#ff9e57",
    ink: "#e4e8ec",
    quiet: "#a3adb7",
    edge: "#7b858f",
    button: "#56b4e9",
    onButton: "#15181c",
  },
};

/** JupyterLab, VS Code and the explorer's page say which theme they have; elsewhere the reader's own counts. */
export function currentTheme(): Theme {
  const { body, documentElement } = document;
  const { jpThemeLight } = body.dataset;
  if (jpThemeLight !== undefined) return jpThemeLight === "false" ? "dark" : "light";
  const { theme } = documentElement.dataset;
  if (theme === "light" || theme === "dark") return theme;
  const [, code] = /\bvscode-(dark|light|high-contrast)\b/.exec(body.className) ?? [];
  if (code) return code === "light" ? "light" : "dark";
  return typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: dark)").matches
    ? "dark"
    : "light";
}

/** Called with the theme now and whenever it changes. Returns how to stop. */
export function followTheme(listener: (theme: Theme) => void): () => void {
  let known: Theme | undefined;
  const look = () => {
    const theme = currentTheme();
    if (theme !== known) listener(theme);
    known = theme;
  };
  look();
  const system = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : undefined;
  system?.addEventListener("change", look);
  const observer = typeof MutationObserver === "function" ? new MutationObserver(look) : undefined;
  observer?.observe(document.body, { attributeFilter: ["data-jp-theme-light", "class"] });
  observer?.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    system?.removeEventListener("change", look);
    observer?.disconnect();
  };
}
