import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { packagePath } from "../../lib/disk/packageRoot";
import { contrast } from "../../lib/figures/colour";
import { traitStyles } from "../../lib/figures/traitStyle";
import { playerColours } from "../../lib/notebook/widgets/page/theme";

const css = readFileSync(packagePath("lib/notebook/widgets/page/widget.css"), "utf8");
const begins = { light: ".smitin-lab {", dark: '.smitin-lab[data-theme="dark"] {' };
/** What pages are behind players: JupyterLab's and VS Code's. */
const grounds = { light: ["#ffffff"], dark: ["#111111", "#1e1e1e"] };
const traits = ["drums", "bass", "guitar", "piano", "mine", "hers"];

/** Custom properties of a theme. */
function properties(theme: keyof typeof begins): Record<string, string> {
  const from = css.indexOf(begins[theme]);
  const block = css.slice(from, css.indexOf("}", from));
  return Object.fromEntries(
    [...block.matchAll(/--sm-(\w+): (#\w{6});/g)].map(([, name, colour]) => [name, colour]),
  );
}

/** Asserts that colours stand out from grounds. */
function standOut(least: number, colours: Record<string, string>, grounds: string[]): void {
  for (const [name, colour] of Object.entries(colours))
    for (const ground of grounds) {
      const found = contrast(colour, ground);
      assert.ok(
        found >= least,
        `${name} ${colour} on ${ground}: ${found.toFixed(2)}, at least ${least} wanted`,
      );
    }
}

for (const theme of ["light", "dark"] as const) {
  test(`${theme}: a widget's words stand out by 4.5, its marks by 3`, () => {
    const { ink, quiet, paper, shade, accent, warm, wave, edge } = properties(theme);
    standOut(4.5, { ink, quiet, accent, warm }, [paper]);
    standOut(4.5, { ink, quiet }, [shade]); // buttons, and the shaded prompt
    standOut(4.5, { paper }, [accent, warm]); // what is pressed, badges
    standOut(3, { wave, edge }, [paper]);
    const styles = Object.fromEntries(traitStyles(traits).map((style, i) => [traits[i], style[theme]]));
    standOut(4.5, styles, [paper]); // curves have their names beside them
    standOut(3, styles, [shade]);
  });

  test(`${theme}: a player's words stand out by 4.5, its marks by 3`, () => {
    const { wave, played, cursor, ink, quiet, edge, button, onButton } = playerColours[theme];
    const own = properties(theme);
    const all = [...grounds[theme], own.paper];
    standOut(4.5, { ink, quiet, played }, all);
    standOut(3, { wave, cursor, edge, button }, all);
    standOut(4.5, { onButton }, [button]);
    assert.equal(button, own.accent); // one colour for what is pressed
    if (theme === "dark")
      assert.ok(![...Object.values(own), ...Object.values(playerColours.dark)].includes("#0072b2"));
  });
}

test("a bar of progress stands out from white and from black", () => {
  const text = readFileSync(packagePath("lib/notebook/progress.ts"), "utf8");
  const colours = [...text.matchAll(/#\w{6}/g)].map(([colour]) => colour);
  assert.ok(colours.length >= 2);
  standOut(3, Object.fromEntries(colours.map((colour) => ["bar", colour])), ["#ffffff", "#111111"]);
});
