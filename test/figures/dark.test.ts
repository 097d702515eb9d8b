import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { JSDOM } from "jsdom";
import { contrast } from "../../lib/figures/colour";
import { darkColour, darkColours, onDark } from "../../lib/figures/dark";
import { drawScript } from "../../lib/figures/drawScript";
import type { Figure } from "../../lib/figures/figure";
import { headGrid } from "../../lib/figures/headGrid";
import { headRanking } from "../../lib/figures/headRanking";
import { headView } from "../../lib/figures/headView";
import { monitorTrace } from "../../lib/figures/monitorTrace";
import { spectrogram } from "../../lib/figures/spectrogram";
import { sweepLines } from "../../lib/figures/sweepLines";
import { sweepMap } from "../../lib/figures/sweepMap";
import { inkOnValue, pairs, sequential } from "../../lib/figures/theme";
import { waveform } from "../../lib/figures/waveform";
import { figureProblems } from "../../lib/stills/still";
import * as example from "./examples";
import { inPage } from "./inPage";

const manyK = ["iti", "smitin"].flatMap((method) =>
  ([1, 2, 4, 8, 16, "all"] as const).map((topK) => ({ ...example.sweep[1], method, alpha: 5, topK })),
);
const traits = ["drums", "bass", "guitar", "piano", "mine"];
const figures: Record<string, Figure> = {
  headGrid: headGrid(example.scores(6, 6)),
  headRanking: headRanking(traits.map((trait) => example.scores(4, 4, trait))),
  headView: headView(example.headClips()),
  monitorTrace: monitorTrace([example.take(false), example.take(true), example.takeOfTwo()], {
    names: ["none", "SMITIN", "SMITIN, two traits"],
  }),
  "monitorTrace alone": monitorTrace(example.takeOfTwo()),
  spectrogram: spectrogram(example.clip()),
  sweepLines: sweepLines(example.sweep),
  "sweepLines of many K": sweepLines(manyK),
  sweepMap: sweepMap(example.sweep),
  waveform: waveform(example.clip()),
};

/** Colours of words and of marks, as #rrggbb; faint fills, grids and shades are neither. */
function coloursOf(figure: Figure): { words: Set<string>; marks: Set<string> } {
  const [words, marks] = [new Set<string>(), new Set<string>()];
  const visit = (value: unknown, path: string[]): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, path);
    else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value))
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
    else if (typeof value === "string" && path.at(-1) === "color" && /^#/.test(value)) {
      const owner = path.at(-2)!;
      if (/font$/.test(owner)) words.add(value);
      else if (owner !== "modebar") marks.add(value);
    }
  };
  const { template: _, ...layout } = figure.layout;
  visit([figure.data, layout], []);
  return { words, marks };
}

describe("contrast", () => {
  for (const [name, figure] of Object.entries(figures))
    test(`${name}: words stand out by 4.5 and marks by 3, on light and on dark`, () => {
      for (const [theme, drawn] of Object.entries({ light: figure, dark: onDark(figure) })) {
        const ground = drawn.layout.paper_bgcolor as string;
        const { words, marks } = coloursOf(drawn);
        assert.equal(ground, pairs.paper[theme as "light" | "dark"]);
        assert.ok(words.size > 0 && words.size + marks.size >= 2, "found no colours");
        for (const colour of words)
          assert.ok(contrast(colour, ground) >= 4.5, `${theme}: words in ${colour}`);
        for (const colour of marks) assert.ok(contrast(colour, ground) >= 3, `${theme}: marks in ${colour}`);
      }
      assert.doesNotMatch(JSON.stringify(onDark(figure)), /#0072b2/i);
      assert.deepEqual(figureProblems(onDark(figure)), []);
    });

  test("lines side by side differ on both", () => {
    for (const name of ["sweepLines of many K", "headRanking", "monitorTrace"])
      for (const drawn of [figures[name], onDark(figures[name])]) {
        const lines = drawn.data.filter(({ showlegend }) => showlegend);
        const colours = new Set(lines.map(({ line }) => (line as { color: string }).color));
        assert.equal(colours.size, lines.length, name);
      }
  });

  test("numbers in heat maps stand out from every value", () => {
    for (let share = 0; share <= 1; share += 1 / (sequential.length - 1)) {
      const [, ground] = sequential[Math.round(share * (sequential.length - 1))];
      assert.ok(contrast(inkOnValue(share), ground) >= 4.5, `at ${share}`);
    }
  });
});

describe("colours on a dark page", () => {
  test("are the theme's counterparts, with the opacity they had; others stand out as much as on white", () => {
    assert.equal(darkColour("#0072b2"), pairs.smitin.dark);
    assert.equal(darkColour("rgba(0, 114, 178, 0.18)"), "rgba(86, 180, 233, 0.18)");
    assert.equal(darkColour("#FFF"), pairs.paper.dark);
    for (const own of ["#1f77b4", "#aa0000", "#2ca02c", "#884400"]) {
      const found = contrast(darkColour(own), pairs.paper.dark);
      assert.ok(Math.abs(found - contrast(own, "#ffffff")) < 0.2, `${own}: ${found}`);
    }
    assert.equal(darkColour("#000000"), "#ffffff");
    assert.equal(darkColour("tomato"), "tomato");
  });

  test("change what attributes of colour say, not words or scales of values", () => {
    const figure = {
      data: [{ name: "#0072b2", marker: { color: ["#0072b2", "#d55e00"], colorscale: [[0, "#0072b2"]] } }],
      layout: {},
    };
    assert.deepEqual(Object.keys(darkColours(figure)), ["#0072b2", "#d55e00"]);
    const [{ name, marker }] = onDark(figure).data;
    assert.equal(name, "#0072b2");
    assert.deepEqual(marker, { color: ["#56b4e9", "#ff9e57"], colorscale: [[0, "#0072b2"]] });
  });
});

describe("drawScript", () => {
  /** A page and what it drew last: the figure's ground. */
  function open(figure: Figure) {
    const { window } = new JSDOM("<body><div></div></body>", { runScripts: "outside-only" });
    const system = inPage(window);
    const drawn: Figure[] = [];
    const Plotly = {
      react: (_: Element, data: [], layout: Figure["layout"]) => void drawn.push({ data, layout }),
    };
    const place = window.document.querySelector("div")!;
    const draw = window.eval(`${drawScript}\ndrawFigure`) as (...given: unknown[]) => void;
    draw(place, Plotly, JSON.parse(JSON.stringify({ ...figure, dark: darkColours(figure) })));
    const settled = () => new Promise((resolve) => setTimeout(resolve));
    return { window, system, drawn, place, settled };
  }

  test("draws what onDark says, and follows the system's theme until the element is gone", async () => {
    const { system, drawn, place, settled } = open(figures.sweepLines);
    assert.equal(drawn.length, 1);
    assert.equal(drawn[0].layout.paper_bgcolor, "#ffffff");
    system.prefersDark(true);
    const { uirevision: _, ...layout } = drawn[1].layout;
    const expected = onDark(figures.sweepLines);
    assert.deepEqual(
      JSON.parse(JSON.stringify({ data: drawn[1].data, layout })),
      JSON.parse(JSON.stringify(expected)),
    );
    system.prefersDark(true);
    assert.equal(drawn.length, 2);
    place.remove();
    system.prefersDark(false);
    await settled();
    assert.equal(drawn.length, 2);
  });

  test("JupyterLab's theme, and a page's own, count more than the system's", async () => {
    const { window, system, drawn, settled } = open(figures.waveform);
    const ground = () => drawn.at(-1)!.layout.paper_bgcolor;
    const { body, documentElement: root } = window.document;
    body.dataset.jpThemeLight = "false";
    await settled();
    assert.equal(ground(), pairs.paper.dark);
    body.dataset.jpThemeLight = "true";
    system.prefersDark(true);
    await settled();
    assert.equal(ground(), pairs.paper.light);
    delete body.dataset.jpThemeLight;
    root.dataset.theme = "dark";
    await settled();
    assert.equal(ground(), pairs.paper.dark);
    root.dataset.theme = "light";
    await settled();
    assert.equal(ground(), pairs.paper.light);
    delete root.dataset.theme;
    body.className = "vscode-light";
    await settled();
    assert.equal(ground(), pairs.paper.light);
  });

  test("an element that is not to be seen is drawn when it is", () => {
    const { window } = new JSDOM("<body><div></div></body>", { runScripts: "outside-only" });
    inPage(window);
    let [isShown, ends, draws] = [false, 0, 0];
    let resized: (entries: [], watch: object) => void = () => {};
    window.Element.prototype.getClientRects = () => (isShown ? [{}] : []) as unknown as DOMRectList;
    window.ResizeObserver = class {
      constructor(listener: typeof resized) {
        resized = listener;
      }
      observe() {}
    };
    const watch = { disconnect: () => void ends++ };
    const draw = window.eval(`${drawScript}\ndrawFigure`) as (...given: unknown[]) => void;
    draw(window.document.querySelector("div"), { react: () => void draws++ }, figures.waveform);
    resized([], watch);
    assert.deepEqual([draws, ends], [0, 0]);
    isShown = true;
    resized([], watch);
    assert.deepEqual([draws, ends], [1, 1]);
  });

  test("a figure that says nothing of colours is readable on dark too", () => {
    const { system, drawn } = open({ data: [{ y: [1, 2] }], layout: {} });
    assert.deepEqual(Object.keys(drawn[0].layout), ["uirevision"]);
    system.prefersDark(true);
    const { template } = drawn[1].layout as {
      template: { layout: { font: { color: string }; colorway: string[] } };
    };
    assert.ok(contrast(template.layout.font.color, pairs.paper.dark) >= 4.5);
    assert.equal(template.layout.colorway.length, 10);
  });
});
