import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Layout } from "../../lib/figures/figure";
import type { MonitoredTake } from "../../lib/figures/monitorRows";
import { monitorTrace } from "../../lib/figures/monitorTrace";
import { methodColours } from "../../lib/figures/theme";
import { traitStyle } from "../../lib/figures/traitStyle";
import { assertClose } from "../close";
import { take, takeOfTwo } from "./examples";

describe("monitorTrace", () => {
  test("puts waveform, C(t) and strength on one axis of seconds", () => {
    const one = take(true);
    const { data, layout } = monitorTrace(one, { trait: "drums" });
    assert.deepEqual(
      data.map(({ yaxis }) => yaxis),
      ["y", "y", "y2", "y3"],
    );
    assert.ok(data.every(({ xaxis }) => xaxis === undefined));
    const [, , monitor, strength] = data;
    assert.equal((monitor.x as number[])[0], 3); // frame 150 at 50 frames a second
    assert.equal((monitor.y as number[]).length, 400);
    const [first] = one.trace!.traits;
    assert.equal(strength.type, "bar");
    assert.deepEqual((strength.x as number[]).slice(0, 3), [3, 3.1, 3.2]); // only where the intervention was on
    assertClose((strength.y as number[])[0], 1 - first.monitor[0], 1e-4);
    assert.deepEqual((layout.xaxis as { range: number[] }).range, [0, 11]);
    const [prompt, threshold] = layout.shapes as Record<string, number>[];
    assert.deepEqual([prompt.x0, prompt.x1], [0, 3]);
    assert.deepEqual([threshold.y0, threshold.y1], [0.62, 0.62]);
  });

  test("stacks the waveforms of several takes and overlays their monitors", () => {
    const { data, layout } = monitorTrace([take(false), take(true)], { names: ["none", "SMITIN"] });
    assert.deepEqual(
      data.map(({ yaxis }) => yaxis),
      ["y", "y", "y2", "y2", "y3", "y3", "y4"],
    );
    const domains = ["yaxis", "yaxis2", "yaxis3", "yaxis4"].map(
      (key) => (layout[key] as { domain: number[] }).domain,
    );
    for (let i = 1; i < 4; i++) assert.ok(domains[i][1] < domains[i - 1][0], "panels overlap");
    assert.equal(domains[0][1], 1);
    assert.ok(domains[3][0] >= 0 && domains[3][0] < 1e-9);
  });

  test("shows a soft take softer than a loud one", () => {
    const loud = take(true);
    const soft = { ...take(true), audio: { ...loud.audio, samples: loud.audio.samples.map((x) => x / 4) } };
    const { layout } = monitorTrace([soft, loud], { names: ["soft", "loud"] });
    const range = (key: string) => (layout[key] as { range: number[] }).range;
    assert.deepEqual(range("yaxis"), range("yaxis2"));
  });

  test("takes another frame rate, and takes without a trace beside one with", () => {
    const { trace: _, ...unwatched } = take(false);
    const { data } = monitorTrace([unwatched, take(true)], { frameRate: 25 });
    assert.equal(data.length, 6);
    assert.equal((data[4].x as number[])[0], 6);
    const unmonitored = {
      ...take(true),
      trace: { step: [150], traits: [{ trait: "drums", monitor: [], threshold: Number.NaN, strength: [1] }] },
    };
    const both = monitorTrace([unmonitored, take(true)], { names: ["ITI", "SMITIN"] });
    assert.deepEqual(
      both.data.slice(4).map(({ type, yaxis }) => [type, yaxis]),
      [
        ["scatter", "y3"],
        ["bar", "y4"],
        ["bar", "y5"],
      ],
    );
    assert.match((both.layout.title as { subtitle: { text: string } }).subtitle.text, /threshold 0\.62/);
    assert.throws(() => monitorTrace(unmonitored), /at least one take with a monitor's trace/);
    assert.throws(() => monitorTrace([unwatched]), /at least one take with a monitor's trace/);
    assert.throws(() => monitorTrace([]), /nothing to draw/);
  });

  test("draws every threshold that takes were steered with, each once", () => {
    const calibrated = withThreshold(take(true), 0.4);
    const { layout } = monitorTrace([take(true), calibrated, take(true)], { trait: "drums" });
    const [, ...lines] = layout.shapes as Record<string, number>[];
    assert.deepEqual(
      lines.map(({ y0 }) => y0),
      [0.62, 0.4],
    );
    assert.deepEqual(namesOf(layout).slice(0, 2), [
      "threshold of take 1 and take 3 0.62",
      "threshold of take 2 0.40",
    ]);
  });

  test("ends with the take: what is decoded after its last frame is not drawn", () => {
    const whole = take(true);
    const { step, traits } = whole.trace!;
    const more = { step: [...Array.from(step), 550, 551], traits: [{ ...traits[0] }] };
    more.traits[0].monitor = [...Array.from(traits[0].monitor), 0.5, 0.5];
    more.traits[0].strength = [...Array.from(traits[0].strength), 1, 1];
    const { data } = monitorTrace({ ...whole, trace: more });
    assert.deepEqual(data, monitorTrace(whole).data);
  });

  test("draws no level of a take that is only watched beside steered ones", () => {
    const { layout } = monitorTrace([withThreshold(take(false), 0.8), take(true)], {
      names: ["none", "SMITIN"],
    });
    assert.deepEqual(namesOf(layout), ["threshold 0.62", "strength, SMITIN", "prompt"]);
    const alone = monitorTrace(withThreshold(take(false), 0.8)).layout;
    assert.deepEqual(namesOf(alone), ["threshold 0.80", "prompt"]);
  });

  test("draws no level where nobody knows the gate's", () => {
    const { layout } = monitorTrace(withThreshold(take(true), Number.NaN));
    assert.equal((layout.shapes as unknown[]).length, 1);
    assert.deepEqual(namesOf(layout), ["strength", "prompt"]);
  });

  test("gives methods their colours, whatever the order and the letters, and each its own panel of strength", () => {
    const names = ["SMITIN, alpha 5", "iti", "smitin, alpha 10", "unsteered"];
    const { data, layout } = monitorTrace([take(true), take(true), take(true), take(false)], { names });
    const colourOf = (name: string) =>
      (data.find((one) => one.name === name)!.line as { color: string }).color;
    assert.deepEqual([colourOf("iti"), colourOf("unsteered")], [methodColours.ITI, methodColours.none]);
    assert.equal(colourOf("SMITIN, alpha 5"), methodColours.SMITIN);
    assert.equal(new Set(names.map(colourOf)).size, 4);
    const bars = data.filter(({ type }) => type === "bar");
    assert.equal(new Set(bars.map(({ yaxis }) => yaxis)).size, 3);
    assert.deepEqual(
      bars.map(({ marker }) => (marker as { color: string }).color),
      names.slice(0, 3).map(colourOf),
    );
    assert.ok(namesOf(layout).includes("strength, iti"));
  });

  test("a take alone has the colour of its trait", () => {
    const [, , monitor, strength] = monitorTrace(take(true)).data;
    assert.equal((monitor.line as { color: string }).color, traitStyle("drums").light);
    assert.equal((strength.marker as { color: string }).color, traitStyle("drums").light);
  });

  test("gives every trait a pair of panels", () => {
    const two = takeOfTwo();
    const { data, layout } = monitorTrace(two);
    assert.deepEqual(
      data.map(({ type, yaxis }) => [type, yaxis]),
      [
        ["scatter", "y"],
        ["scatter", "y"],
        ["scatter", "y2"],
        ["bar", "y3"],
        ["scatter", "y4"],
        ["bar", "y5"],
      ],
    );
    const [, piano] = two.trace!.traits;
    assertClose((data[4].y as number[])[7], piano.monitor[7], 1e-4);
    const panels = ["yaxis", "yaxis2", "yaxis3", "yaxis4", "yaxis5"].map(
      (key) => layout[key] as { domain: number[]; range: number[]; title: { text: string } },
    );
    for (let i = 1; i < 5; i++) assert.ok(panels[i].domain[1] < panels[i - 1].domain[0], "panels overlap");
    assert.deepEqual([panels[1].title.text, panels[3].title.text], ["C(t), drums", "C(t), piano"]);
    const lowest = Math.min(...Array.from(piano.strength));
    assert.ok(lowest < 0 && Math.abs(panels[4].range[0] - 1.05 * lowest) < 1e-9);
    const lines = (layout.shapes as Record<string, unknown>[]).slice(1);
    assert.deepEqual(
      lines.map(({ yref, y0 }) => [yref, y0]),
      [
        ["y2", 0.62],
        ["y4", 0.4],
      ],
    );
    const { text, subtitle } = layout.title as { text: string; subtitle: { text: string } };
    assert.equal(text, "What the monitors for drums and piano saw");
    assert.match(subtitle.text, /threshold of drums 0\.62; threshold of piano 0\.40/);
    assert.deepEqual(namesOf(layout).slice(0, 2), ["threshold of drums 0.62", "threshold of piano 0.40"]);
  });

  test("keeps the panels of traits together over takes that have some of them", () => {
    const named = take(true);
    assert.match((monitorTrace(named).layout.title as { text: string }).text, /monitor for drums saw/);
    const { data } = monitorTrace([named, takeOfTwo()], { names: ["ITI", "SMITIN"] });
    const shown = data.slice(4).map(({ yaxis, name, type }) => [yaxis, type === "bar" ? type : name]);
    assert.deepEqual(shown, [
      ["y3", "ITI"],
      ["y3", "SMITIN"],
      ["y4", "bar"],
      ["y5", "bar"],
      ["y6", "SMITIN"],
      ["y7", "bar"],
    ]);
  });
});

function withThreshold(one: MonitoredTake, threshold: number): MonitoredTake {
  const { step, traits } = one.trace!;
  return { ...one, trace: { step, traits: traits.map((own) => ({ ...own, threshold })) } };
}

/** What is written into the panels. */
function namesOf(layout: Layout): string[] {
  return (layout.annotations as { text: string }[]).map(({ text }) => text);
}
