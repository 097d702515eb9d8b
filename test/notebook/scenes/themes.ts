import assert from "node:assert/strict";
import { test } from "node:test";
import type { Lab } from "../lab";
import { faintText } from "./faint";

/** How light the seconds below the console's curves are written, 0 to 255. */
const ink = `(() => {
  const canvas = document.querySelector(".smitin-lab canvas");
  const { data } = canvas.getContext("2d").getImageData(0, canvas.height - 11, canvas.width, 11);
  let sum = 0, count = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) { sum += data[i] + data[i + 1] + data[i + 2]; count++; }
  return sum / count / 3;
})()`;

/**
 * Widgets read well in both of JupyterLab's themes, canvases too, from the moment it changes.
 * @param names of notebooks; the first shows a console
 */
export function themeScenes(lab: () => Lab, names: string[]): void {
  test("widgets are readable in the light theme and in the dark one", async () => {
    const { page, open } = lab();
    for (const [theme, written] of [
      ["JupyterLab Dark", "> 140"],
      ["JupyterLab Light", "< 130"],
    ]) {
      await page.value(
        `jupyterapp.commands.execute("apputils:change-theme", { theme: "${theme}" }).then(() => undefined)`,
      );
      await page.until(`document.body.dataset.jpThemeName === "${theme}"`);
      await open(names[0]);
      await page.until(`${ink} ${written}`, 60);
      for (const name of names) {
        await open(name);
        assert.deepEqual(await page.value(faintText(".smitin-lab")), [], `${name}, ${theme}`);
        await shots(lab(), `${name}-${theme.slice(11)}`);
      }
    }
  });
}

/** The notebook in front, a window after another. */
async function shots({ page, picture }: Lab, name: string): Promise<void> {
  const pane = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer";
  const count = await page.value<number>(`(() => {
    const pane = document.querySelector('${pane}');
    return Math.ceil(pane.scrollHeight / pane.clientHeight);
  })()`);
  for (let i = 0; i < count && process.env.SMITIN_SCREENSHOTS; i++) {
    await page.value(`(() => {
      const pane = document.querySelector('${pane}');
      pane.scrollTop = ${i} * pane.clientHeight;
      return new Promise((next) => setTimeout(next, 300));
    })()`);
    await picture(`${name}-${i}`);
  }
}
