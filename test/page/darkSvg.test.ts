import assert from "node:assert/strict";
import { test } from "node:test";
import { darkSvg } from "../../experiments/maintain/site/darkSvg";
import { channels } from "../../lib/figures/colour";
import { type ColourPair, pairs } from "../../lib/figures/theme";

const rgb = (hex: string) => `rgb(${channels(hex).join(", ")})`;
const rect = (colour: string, rest = "") => `<rect ${rest}x="8" y="9" style="fill: ${colour};"/>`;

test("a still's colours become the theme's counterparts on a dark page; values and words on them stay", () => {
  const { paper, ...colours } = pairs as Record<string, ColourPair>;
  for (const [name, { light, dark }] of Object.entries(colours))
    assert.equal(darkSvg(rect(rgb(light))), rect(rgb(dark)), name);
  assert.equal(darkSvg(rect("rgba(0, 114, 178, 0.2)")), rect("rgba(86, 180, 233, 0.2)"));
  for (const value of ["rgb(68, 1, 84)", "rgb(253, 231, 37)", rgb(paper.light), "rgb(1, 2, 3)"])
    assert.equal(darkSvg(rect(value)), rect(value), value);
  const onValue = `<g class="heatmap-label"><text style="fill: rgb(68, 68, 68);">92%</text></g>`;
  assert.equal(darkSvg(onValue), onValue);
  assert.equal(darkSvg(rect("rgb(68, 68, 68)")), rect("rgb(163, 172, 182)"), "plotly's ink elsewhere");
  assert.equal(
    darkSvg(rect(rgb(paper.light), 'class="bg" ')),
    rect("rgb(20, 23, 26)", 'class="bg" '),
    "the paper itself",
  );
});
