import assert from "node:assert/strict";
import { test } from "node:test";
import { figureSlider } from "../../lib/figures/figureSlider";

const figure = (title: string, lines: number) => ({
  data: Array.from({ length: lines }, (_, i) => ({ type: "scatter", y: [i, i + 1] })),
  layout: { title: { text: title }, width: 600, height: 300, margin: { l: 10, b: 40 } },
});

test("of the figures behind a slider one is seen, and each step brings its lines and its title", () => {
  const both = figureSlider("heat", [10, 2], (heat) => (heat > 5 ? figure("hot", 2) : figure("cold", 1)));
  assert.deepEqual(
    both.data.map(({ visible }) => visible),
    [true, true, false],
  );
  assert.deepEqual([both.layout.height, both.layout.margin], [380, { l: 10, b: 120 }]);
  const [{ active, steps }] = both.layout.sliders as {
    active: number;
    steps: { label: string; args: object[] }[];
  }[];
  assert.equal(active, 0);
  assert.deepEqual(
    steps.map(({ label, args }) => [label, args]),
    [
      ["10", [{ visible: [true, true, false] }, { title: { text: "hot" } }]],
      ["2", [{ visible: [false, false, true] }, { title: { text: "cold" } }]],
    ],
  );
});

test("it starts where it is told, and nowhere else", () => {
  const draw = (name: string) => figure(name, 1);
  assert.deepEqual(
    figureSlider("which", ["a", "b"], draw, "b").data.map(({ visible }) => visible),
    [false, true],
  );
  assert.throws(() => figureSlider("which", ["a", "b"], draw, "c"), /expected one of a, b, found "c"/);
});
