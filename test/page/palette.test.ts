import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { packagePath } from "../../lib/disk/packageRoot";
import { inkOn, sequential } from "../../lib/notebook/widgets/page/colours";
import { methodColours, traitStyle } from "../../lib/page/palette";

const css = readFileSync(packagePath("lib/page/page.css"), "utf8");
const themes = { light: css.indexOf(":root {"), dark: css.indexOf(':root[data-theme="dark"]') };
const traits = ["drums", "bass", "guitar", "piano", "mine"];

/** A custom property of a theme's block. */
function property(theme: keyof typeof themes, name: string): string {
  const block = css.slice(themes[theme], css.indexOf("}", themes[theme]));
  return new RegExp(`--${name}: (#\\w{6})`).exec(block)![1];
}

/** WCAG 2.2: contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

test("numbers on the scale of values stand out from it", () => {
  for (let percent = 0; percent <= 100; percent++) {
    const [r, g, b] = sequential(percent / 100)
      .match(/\d+/g)!
      .map(Number);
    const ground = `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
    assert.ok(contrast(inkOn(percent / 100), ground) >= 4.5, `${percent} %`);
  }
});

for (const theme of ["light", "dark"] as const) {
  test(`${theme}: words stand out from their ground by 4.5, marks by 3`, () => {
    for (const ground of ["paper", "shade"]) {
      for (const ink of ["text", "quiet"])
        assert.ok(contrast(property(theme, ink), property(theme, ground)) >= 4.5, `${ink} on ${ground}`);
    }
    const paper = property(theme, "paper");
    for (const trait of traits) assert.ok(contrast(traitStyle(trait)[theme], paper) >= 4.5, trait); // curves have names
    for (const [method, colours] of Object.entries(methodColours))
      assert.ok(contrast(colours[theme], paper) >= 3, method);
    assert.ok(contrast(property(theme, "edge"), paper) >= 3, "edges of what can be pressed");
  });

  test(`${theme}: the style sheet has the same colours for methods`, () => {
    for (const [method, colours] of Object.entries(methodColours))
      assert.equal(property(theme, method), colours[theme]);
  });
}

test("a theme by choice and one by the system are one and the same", () => {
  const system = css.slice(css.indexOf("@media (prefers-color-scheme: dark)"));
  const block = system.slice(0, system.indexOf("}"));
  for (const [, name] of block.matchAll(/--(\w+):/g))
    assert.ok(block.includes(`--${name}: ${property("dark", name)}`), name);
});

test("traits are told apart by shape and dash too", () => {
  const styles = traits.map(traitStyle);
  assert.equal(new Set(styles.map(({ shape }) => shape)).size, traits.length);
  assert.equal(new Set(styles.map(({ dash }) => dash.join())).size, traits.length);
});
