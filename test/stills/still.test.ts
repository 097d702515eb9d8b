import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inflateSync } from "node:zlib";
import { JSDOM } from "jsdom";
import type { Figure } from "../../lib/figures/figure";
import { headGrid } from "../../lib/figures/headGrid";
import { headRanking } from "../../lib/figures/headRanking";
import { headView } from "../../lib/figures/headView";
import { monitorTrace } from "../../lib/figures/monitorTrace";
import { spectrogram } from "../../lib/figures/spectrogram";
import { sweepLines } from "../../lib/figures/sweepLines";
import { waveform } from "../../lib/figures/waveform";
import { encodePng } from "../../lib/stills/png";
import { figureProblems, figureSvg } from "../../lib/stills/still";
import { textWidth } from "../../lib/stills/text";
import { assertClose } from "../close";
import * as example from "../figures/examples";

const figures: Record<string, [figure: Figure, labels: string[]]> = {
  headGrid: [
    headGrid(example.scores(6, 6)),
    ["Probe accuracy of every head: drums", "layer", "head", "50%", "100%"],
  ],
  headRanking: [
    headRanking([example.scores(4, 4), example.scores(4, 4, "bass", 2)]),
    ["Heads from best to worst", "drums", "bass", "rank", "probe accuracy", "chance"],
  ],
  headView: [headView(example.headClips()), ["with drums", "without drums", "along the probe's direction"]],
  monitorTrace: [
    monitorTrace([example.take(false), example.take(true)], { trait: "drums", names: ["none", "SMITIN"] }),
    ["none", "SMITIN", "C(t)", "strength, SMITIN", "seconds of the take", "threshold 0.62", "prompt"],
  ],
  "monitorTrace of two traits": [
    monitorTrace(example.takeOfTwo()),
    ["C(t), drums", "strength, drums", "threshold of piano 0.40", "seconds of the take", "prompt"],
  ],
  spectrogram: [spectrogram(example.clip()), ["Log-mel spectrogram", "seconds", "Hz", "−20 dB", "5k"]],
  sweepLines: [
    sweepLines(example.sweep),
    ["none", "ITI", "SMITIN", "alpha", "success", "similarity to the prompt"],
  ],
  waveform: [waveform(example.clip()), ["Waveform", "sample", "seconds", "0.5"]],
};

describe("figureSvg", () => {
  for (const [name, [figure, labels]] of Object.entries(figures))
    test(`draws ${name} whole: plotly knows every attribute, all labels lie inside the frame`, async () => {
      assert.deepEqual(figureProblems(figure), []);
      const { width, height } = figure.layout;
      const root = parse(await figureSvg(figure));
      assert.deepEqual([root.getAttribute("width"), root.getAttribute("height")], [`${width}`, `${height}`]);
      assert.doesNotMatch(root.outerHTML, /NaN|undefined|Infinity/);
      const texts = [...root.querySelectorAll("text")];
      for (const text of texts) assert.match(text.getAttribute("style")!, /Arial, 'Liberation Sans', Arimo/);
      for (const label of labels) {
        const text = texts.find(({ textContent }) => textContent === label);
        assert.ok(text, `no "${label}" among ${texts.map(({ textContent }) => textContent).join(" | ")}`);
        const [x, y] = placed(text);
        assert.ok(x >= 0 && x <= width! && y >= 0 && y <= height!, `${label} at ${x}, ${y}`);
      }
    });

  test("draws one rectangle for each head, coloured by its accuracy, and none for a head without a probe", async () => {
    const scores = example.scores(5, 7);
    scores.heads.splice(9, 2);
    scores.heads[0] = { layer: 0, head: 0, accuracy: 0.5, interval: [0.4, 0.6] };
    scores.heads[8] = { layer: 1, head: 1, accuracy: 1, interval: [0.9, 1] };
    const cells = [...parse(await figureSvg(headGrid(scores))).querySelectorAll("g.cells rect")];
    assert.equal(cells.length, 33);
    const fills = new Set(cells.map((cell) => cell.getAttribute("fill")));
    assert.ok(fills.has("#440154") && fills.has("#fde725"), "the ends of the scale");
    const columns = new Set(cells.map((cell) => cell.getAttribute("x")));
    const rows = new Set(cells.map((cell) => cell.getAttribute("y")));
    assert.deepEqual([columns.size, rows.size], [7, 5]);
  });

  test("puts a spectrogram's bands and frames into one picture, the lowest band at the bottom", async () => {
    const samples = Float32Array.from({ length: 8192 }, (_, i) => Math.sin((2 * Math.PI * 100 * i) / 16000));
    const root = parse(await figureSvg(spectrogram({ samples, sampleRate: 16000 })));
    const address = root.querySelector("image")!.getAttribute("xlink:href")!;
    const { width, height, pixels } = decodePng(Buffer.from(address.split(",")[1], "base64"));
    assert.deepEqual([width, height], [33, 64]);
    const brightness = (row: number) => pixels[4 * (row * width + 16)];
    assert.ok(brightness(62) > 200 && brightness(0) < 10 && brightness(32) < 10);
  });

  test("gives the same bytes every time, also when figures are asked for at once", async () => {
    const [figure] = figures.sweepLines;
    const [first, other, second] = await Promise.all([
      figureSvg(figure),
      figureSvg(figures.headGrid[0]),
      figureSvg(figure),
    ]);
    assert.equal(first, second);
    assert.notEqual(first, other);
  });

  test("draws at another size and goes on after a figure it cannot draw", async () => {
    const impossible = { data: [], layout: { width: -1, height: 100 } };
    await assert.rejects(figureSvg(impossible), /^Error: plotly could not draw the figure: .*pixel values/);
    const root = parse(await figureSvg(figures.waveform[0], { width: 500, height: 200 }));
    assert.equal(root.getAttribute("width"), "500");
  });

  test("draws a figure without a size or a type as plotly does", async () => {
    const figure = { data: [{ x: [1, 2], y: [3, 4] }], layout: {} };
    const root = parse(await figureSvg(figure));
    assert.deepEqual([root.getAttribute("width"), root.getAttribute("height")], ["700", "450"]);
    assert.equal(root.querySelectorAll("g.trace.scatter").length, 1);
  });

  test("escapes what is no mark-up", async () => {
    const figure = headGrid(example.scores(2, 2, "a & b"), { title: "x < y & z" });
    assert.match(parse(await figureSvg(figure)).textContent ?? "", /x < y & z/);
  });
});

describe("textWidth", () => {
  test("is what a browser measures in Liberation Sans, which has Arial's metrics", () => {
    assertClose(textWidth("Probe accuracy", { size: 20, bold: false }), 138.955, 0.05);
    assertClose(textWidth("similarity to the prompt", { size: 12, bold: false }), 120.703, 0.05);
    assertClose(textWidth("similarity to the prompt", { size: 12, bold: true }), 133.348, 2);
  });
});

describe("encodePng", () => {
  test("round-trips pixels", () => {
    const pixels = Uint8Array.from({ length: 4 * 3 * 2 }, (_, i) => 10 * i);
    assert.deepEqual(decodePng(encodePng(pixels, 3, 2)), { width: 3, height: 2, pixels });
    assert.throws(() => encodePng(pixels, 3, 3), /PNG of 3 x 3 needs 36 bytes, found 24/);
  });
});

function parse(svg: string): Element {
  const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window; // throws when not well-formed
  assert.equal(document.documentElement.localName, "svg");
  return document.documentElement;
}

/** Where a text stands after the translations of its groups. */
function placed(text: Element): [number, number] {
  let [x, y] = ["x", "y"].map((name) => Number(text.getAttribute(name) ?? 0));
  const [, turned] = text.getAttribute("transform")?.match(/rotate\(([^,)]*)/) ?? [];
  assert.ok(turned === undefined || Number.isFinite(Number(turned)));
  for (let at: Element | null = text; at; at = at.parentElement) {
    const [, dx, dy = "0"] = at.getAttribute("transform")?.match(/translate\(([^,)]+),?([^)]*)\)/) ?? [];
    if (dx !== undefined) [x, y] = [x + Number(dx), y + Number(dy)];
  }
  return [x, y];
}

function decodePng(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const data = bytes.indexOf("IDAT");
  const rows = inflateSync(bytes.subarray(data + 4, data + 4 + bytes.readUInt32BE(data - 4)));
  const pixels = new Uint8Array(4 * width * height);
  for (let row = 0; row < height; row++)
    pixels.set(rows.subarray(row * (4 * width + 1) + 1, (row + 1) * (4 * width + 1)), 4 * width * row);
  return { width, height, pixels };
}
