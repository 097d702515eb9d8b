import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { defaultStrip, gateChoices, type Strips, shapeChoices } from "../../lib/live/strip";
import { sweepTable } from "../../lib/notebook/widgets/sweepTable";
import type { CellResult } from "../../lib/sweep/cell";
import { summarise } from "../../lib/sweep/summary";
import { assertClose } from "../close";
import { handmade } from "../steering/probes";
import { type DrawnWidget, drawWidget } from "./widgetPage";

const named = (page: DrawnWidget, name: string) =>
  [...page.el.querySelectorAll("button")].find((button) => button.textContent!.includes(name))!;

/** Wait until something has come about, 10 s at most. */
async function until(come: () => boolean): Promise<void> {
  for (let waited = 0; !come() && waited < 10_000; waited += 10)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

/** An audio engine whose clock stands still unless it is moved, and that notes what was scheduled. */
class FakeAudio {
  static now = 1;
  static starts: { at: number; samples: Float32Array; row: number }[] = [];
  static gains: { value: number; target?: number }[] = [];
  state = "running";
  get currentTime() {
    return FakeAudio.now;
  }
  destination = {};
  createBuffer = (_: number, length: number) => ({
    samples: new Float32Array(length),
    copyToChannel(samples: Float32Array<ArrayBuffer>) {
      this.samples = samples;
    },
  });
  createBufferSource = () => {
    const source = {
      buffer: { samples: new Float32Array(0) },
      row: -1,
      connect(gain: { index: number }) {
        source.row = gain.index;
      },
      start: (at: number) =>
        void FakeAudio.starts.push({ at, samples: source.buffer.samples, row: source.row }),
      stop() {},
    };
    return source;
  };
  createGain = () => {
    const gain: { value: number; target?: number } = { value: 1 };
    const index = FakeAudio.gains.push(gain) - 1;
    const linearRampToValueAtTime = (target: number) => {
      gain.target = target;
    };
    const param = { linearRampToValueAtTime, setValueAtTime() {}, cancelScheduledValues() {} };
    return { index, gain: Object.assign(gain, param), connect() {} };
  };
}

function drawConsole(): DrawnWidget {
  const strips: Strips = {
    drums: defaultStrip(handmade()),
    piano: defaultStrip(handmade(undefined, "piano"), "iti"),
  };
  return drawWidget(
    "steeringConsole",
    {
      traits: [
        { trait: "drums", heads: 4 },
        { trait: "piano", heads: 4 },
      ],
      strips,
      shapes: shapeChoices(),
      gates: gateChoices(),
      maxAlpha: 40,
      seed: 3,
      seconds: 2,
      phase: "idle",
      compare: true,
      record: false,
      sampleRate: 8000,
      frameRate: 50,
      told: "",
    },
    { AudioContext: FakeAudio, Float32Array },
  );
}

const seen = [{ step: 0, monitor: [0.2, 0.5], threshold: [0.4, 0.4], strength: [1, 0] }];
const stretch = (value: number, length: number) => new Float32Array(length).fill(value).buffer;

test("the console plays stretches one after another without a gap, and reports how far it is", async () => {
  const page = drawConsole();
  assert.deepEqual(page.sent, [{ hello: true }]);
  named(page, "New take").click();
  assert.deepEqual(page.sent.at(-1), { play: true, state: {} });
  page.put({ phase: "playing" });
  assert.equal(named(page, "New take").disabled, true);
  page.tell({ begin: 1 });
  page.tell({ sound: 1, seen }, [stretch(0.1, 1600), stretch(0.2, 1600)]);
  page.tell({ sound: 1, seen: [] }, [stretch(0.3, 800), stretch(0.4, 800)]);
  const [{ row: steered }] = FakeAudio.starts;
  const starts = FakeAudio.starts.filter(({ row }) => row === steered);
  assert.deepEqual(
    starts.map(({ samples }) => samples.length),
    [1600, 800],
  );
  assert.ok(Math.abs(starts[1].at - starts[0].at - 0.2) < 1e-9);
  assert.equal(FakeAudio.starts.length, 4);
  FakeAudio.now += 0.16;
  await new Promise((resolve) => setTimeout(resolve, 200));
  const reported = (page.sent as Record<string, unknown>[]).at(-1)!.played as number;
  assertClose(reported, 0.13, 1e-6);

  // a stretch that comes too late begins a little later, and so does all that follows
  FakeAudio.now += 1;
  page.tell({ sound: 1, seen: [] }, [stretch(0.5, 800), stretch(0.6, 800)]);
  await until(() => FakeAudio.starts.length === 6); // what was there ends first
  assertClose(FakeAudio.starts.at(-1)!.at, FakeAudio.now + 0.03, 1e-9);

  // what is over full scale is said, of the take that is heard
  const clip = () => page.el.querySelector<HTMLElement>(".sm-wrong")!;
  assert.equal(clip().hidden, true);
  page.tell({ sound: 1, seen: [] }, [stretch(0.5, 80), stretch(1.1, 80)]);
  named(page, "Unsteered").click();
  assert.match(clip().textContent!, /^clipping: 80 samples over full scale$/);
  assert.deepEqual(
    FakeAudio.gains.slice(-2).map(({ target }) => target),
    [0, 1],
  );
  page.end();
});

test("a take after one that was stopped counts from its own beginning", async () => {
  const page = drawConsole();
  const reports = () => (page.sent as { played?: number; take?: number }[]).filter((one) => "played" in one);
  page.put({ phase: "playing" });
  page.tell({ begin: 1 });
  page.tell({ sound: 1, seen }, [stretch(0.1, 16000), stretch(0.2, 16000)]);
  FakeAudio.now += 1.03;
  page.tell({ sound: 1, seen: [] }, [stretch(0.1, 1600), stretch(0.2, 1600)]);
  assertClose(reports().at(-1)!.played!, 1, 1e-6);
  named(page, "Stop").click();
  page.put({ phase: "ended" });
  named(page, "New take").click();
  page.put({ phase: "playing" });
  page.tell({ begin: 2 });
  page.sent.length = 0;
  await until(() => reports().length > 0); // before there is any sound
  assert.deepEqual(reports()[0], { played: 0, take: 2 });
  page.tell({ sound: 2, seen }, [stretch(0.1, 1600), stretch(0.2, 1600)]);
  FakeAudio.now += 0.13;
  page.tell({ sound: 2, seen: [] }, [stretch(0.1, 1600), stretch(0.2, 1600)]);
  assertClose(reports().at(-1)!.played!, 0.1, 1e-6);
  page.end();
});

test("a calibrated alpha is one press away, and goes along from one method to the other", () => {
  const found = { smitin: { alpha: 17.6, about: "half of them" }, iti: { alpha: 2.1, about: "as many" } };
  const page = drawWidget(
    "steeringConsole",
    {
      traits: [
        { trait: "drums", heads: 4, calibrated: found },
        { trait: "piano", heads: 4 },
      ],
      strips: { drums: defaultStrip(handmade()), piano: defaultStrip(handmade(undefined, "piano")) },
      ...{ shapes: shapeChoices(), gates: gateChoices(), maxAlpha: 40, seed: 0, seconds: 5, phase: "idle" },
      ...{ compare: true, record: false, sampleRate: 8000, frameRate: 50, told: "" },
    },
    { AudioContext: FakeAudio },
  );
  const alpha = () => (page.state.strips as Strips).drums.alpha;
  const buttons = [...page.el.querySelectorAll<HTMLButtonElement>("button[title]")];
  const marks = buttons.filter(({ textContent }) => textContent?.startsWith("calibrated"));
  assert.deepEqual(
    marks.map(({ textContent, title }) => [textContent, title]),
    [["calibrated: 17.6", "half of them"]],
  );
  const [mark] = marks;
  const method = page.el.querySelector<HTMLSelectElement>('select[aria-label="method"]')!;
  const pick = (value: string) => {
    method.value = value;
    method.dispatchEvent(new page.window.Event("change"));
  };
  pick("iti");
  assert.deepEqual([alpha(), mark.getAttribute("aria-pressed")], [5, "false"]);
  mark.click();
  assert.deepEqual([alpha(), mark.getAttribute("aria-pressed"), mark.title], [2.1, "true", "as many"]);
  pick("smitin");
  assert.deepEqual([alpha(), mark.textContent], [17.6, "calibrated: 17.6"]);
  page.end();
});

test("strips tell TypeScript what was moved, and show what TypeScript moves", () => {
  const strips: Strips = { drums: defaultStrip(handmade()) };
  const state = {
    traits: [{ trait: "drums", heads: 4 }],
    strips,
    shapes: shapeChoices(),
    gates: gateChoices(),
    maxAlpha: 40,
    seed: 0,
    seconds: 5,
    phase: "idle",
  };
  const page = drawWidget(
    "steeringConsole",
    { ...state, compare: true, record: false, sampleRate: 8000, frameRate: 50, told: "" },
    { AudioContext: FakeAudio },
  );
  const drums = () => (page.state.strips as Strips).drums;
  const slide = (name: string, value: string) => {
    const input = page.el.querySelector<HTMLInputElement>(`input[aria-label="${name}"]`)!;
    input.value = value;
    input.dispatchEvent(new page.window.Event("input"));
  };
  const pick = (name: string, value: string) => {
    const select = page.el.querySelector<HTMLSelectElement>(`select[aria-label="${name}"]`)!;
    select.value = value;
    select.dispatchEvent(new page.window.Event("change"));
  };
  const said = (name: string) =>
    page.el.querySelector(`label:has(input[aria-label="${name}"]) output`)!.textContent;
  assert.ok(page.el.querySelector('.sm-zero > input[aria-label="alpha"]'));
  assert.deepEqual([said("alpha"), said("every")], ["+5.0 σ", "5 steps"]);
  slide("alpha", "-12.5");
  slide("K heads", "3");
  pick("gate", "pid");
  assert.deepEqual([drums().alpha, drums().topK, drums().gate], [-12.5, 3, "pid"]);
  pick("method", "iti");
  assert.deepEqual([drums().method, drums().topK, drums().every, drums().gate], ["iti", 4, 1, "always"]);
  slide("K heads", "4");
  assert.equal(drums().topK, "all");
  page.put({ strips: { drums: { ...drums(), alpha: 8, on: false } } });
  assert.equal(page.el.querySelector<HTMLInputElement>('input[aria-label="alpha"]')!.value, "8");
  assert.equal(named(page, "Off").getAttribute("aria-pressed"), "false");
  page.put({
    strips: {
      drums: {
        ...drums(),
        heads: [
          [0, 1],
          [1, 1],
          [1, 0],
        ],
      },
    },
  });
  assert.equal(page.el.querySelector<HTMLInputElement>('input[aria-label="K heads"]')!.value, "3");
  assert.equal(said("K heads"), "3 by hand");
  page.el.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "r" }));
  assert.equal(page.state.record, true);
  page.put({ phase: "ended", told: "kept: takes/a.wav" });
  assert.match(page.el.textContent!, /kept: takes\/a\.wav/);
  page.el.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "K" }));
  assert.deepEqual(page.sent.at(-1), { keep: true });
  page.end();
});

test("a sweep's cell is heard at a click, a second one beside it, cursors linked", async () => {
  const cell = (method: string, alpha: number | null, i: number): CellResult => ({
    key: `${i}`,
    cell: {
      method,
      alpha,
      topK: alpha === null ? null : 4,
      direction: alpha === null ? null : "probe",
      schedule: alpha === null ? null : "own",
      prompt: "p",
      promptHash: "",
      seed: 0,
      takeSeed: 1,
    },
    success: i > 0,
    present: null,
    similarity: 0.8,
    kept: 1,
    own: 2,
    monitor: 0.5,
    strength: 0,
    promptFrames: 2,
    tokens: [[1]],
  });
  const cells = [cell("none", null, 0), cell("iti", 5, 1), cell("iti", 10, 2)];
  const { widget } = sweepTable({ trait: "drums", cells, summary: summarise(cells) }, {} as never);
  assert.deepEqual(widget.get("takes"), ["p, seed 0"]);
  const keys = ["trait", "groups", "reference", "takes", "told"] as const;
  const page = drawWidget("sweepTable", Object.fromEntries(keys.map((key) => [key, widget.get(key)])), {
    DecompressionStream,
    Blob,
    Response,
    Uint8Array,
    URL: { createObjectURL: () => "blob:sound", revokeObjectURL() {} },
  });
  assert.deepEqual(page.sent.slice(0, 2), [{ need: "wavesurfer" }, { hello: true }]);
  const fake = `
    window.surfers ??= [];
    exports.create = (options) => {
      const handlers = {};
      const surfer = { options, time: 0, playing: false, handlers,
        on: (event, f) => (handlers[event] = f), loadBlob: async (blob) => { surfer.size = blob.size; },
        play() { surfer.playing = true; handlers.play?.(); }, pause() { surfer.playing = false; handlers.pause?.(); },
        isPlaying: () => surfer.playing, getCurrentTime: () => surfer.time, setTime: (t) => { surfer.time = t; }, setVolume() {}, setOptions() {}, destroy() {} };
      if (options.container) window.surfers.push(surfer);
      return surfer;
    };`;
  const packed = gzipSync(fake).toString("base64");
  page.tell({ provide: "wavesurfer", scripts: [packed, packed, packed] });
  const surfers = () => (page.window as unknown as { surfers?: Surfer[] }).surfers ?? [];
  const cellAt = (place: number) => page.el.querySelector<HTMLElement>(`[data-place="${place}"]`)!;
  cellAt(1).click();
  assert.deepEqual(page.sent.at(-1), { hear: 1 });
  page.tell({ heard: 1, rate: 400, seconds: 2, prompt: 0.1 }, [new ArrayBuffer(50)]);
  await until(() => surfers()[0]?.playing);
  assert.deepEqual([surfers().length, surfers()[0].size, surfers()[0].playing], [1, 50, true]);
  cellAt(2).click();
  assert.deepEqual(page.sent.at(-1), { hear: 2 });
  surfers()[0].time = 0.7;
  page.tell({ heard: 2, rate: 400, seconds: 1, prompt: 0.1 }, [new ArrayBuffer(60)]);
  await until(() => surfers()[1]?.playing);
  const [a, b] = surfers();
  assert.deepEqual([a.playing, b.playing, b.time], [false, true, 0.7]);
  b.handlers.timeupdate(0.9);
  assert.equal(a.time, 0.9);
  assert.equal(page.el.querySelectorAll('[aria-selected="true"]').length, 4);
  assert.deepEqual(
    [1, 2].map((place) => cellAt(place).dataset.slot),
    ["A", "B"],
  );
  const shownCells = [...page.el.querySelectorAll("td[data-place]")].map((td) => td.textContent);
  assert.deepEqual(shownCells, ["100", "100", ".80", ".80"]);
  b.time = 1.1;
  named(page, "A/B").click();
  assert.deepEqual([a.playing, b.playing, a.time], [true, false, 1.1]);
  named(page, "Unsteered").click();
  assert.deepEqual(page.sent.at(-1), { hear: 0 });
  page.end();
});

interface Surfer {
  size: number;
  playing: boolean;
  time: number;
  handlers: Record<string, (seconds?: number) => void>;
}

test("progress tells what is left, and can be cancelled", () => {
  const state = { label: "heads", total: 40, count: 10, seconds: 5, left: 95, phase: "running" };
  const page = drawWidget("cancellableProgress", state);
  assert.match(page.el.textContent!, /10 of 40 \(25 %\), 1 min 35 s left/);
  named(page, "Cancel").click();
  assert.deepEqual(page.sent.at(-1), { cancel: true });
  page.put({ phase: "cancelled" });
  assert.match(page.el.textContent!, /cancelled after 5 s/);
  assert.ok(page.el.classList.contains("sm-folded")); // one line
  assert.equal(page.el.querySelector("progress")!.hidden, true);
  assert.equal(named(page, "Cancel").hidden, true);
  page.end();
});

test("a clip is heard under the pointer and by the arrow keys", () => {
  const points = [
    [0.5, 1, 1],
    [-1, 0, 0],
    [2, -1, 1],
  ];
  const page = drawWidget("headListener", {
    trait: "drums",
    title: "drums in layer 1, head 0",
    points,
    partner: [1, 0, -1],
    boundary: 0.1,
  });
  const svg = page.el.querySelector("svg")!;
  assert.equal(svg.querySelectorAll("circle").length, 3);
  svg.querySelectorAll("circle")[2].dispatchEvent(new page.window.MouseEvent("mouseenter"));
  assert.deepEqual(page.sent.at(-1), { hear: 2 });
  svg.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "ArrowLeft" }));
  assert.deepEqual(page.sent.at(-1), { hear: 0 });
  assert.match(page.el.textContent!, /clip 0, with drums: 0\.50 along/);
  // the other one of its pair stands out; the details end with the hover
  const radii = () => [...svg.querySelectorAll("circle")].map((circle) => circle.getAttribute("r"));
  assert.deepEqual(radii(), ["9", "7", "5"]);
  assert.equal(svg.querySelectorAll(".sm-pair").length, 1);
  page.window.HTMLMediaElement.prototype.pause = () => {};
  svg.dispatchEvent(new page.window.MouseEvent("mouseleave"));
  assert.deepEqual(radii(), ["5", "5", "5"]);
  assert.doesNotMatch(page.el.querySelector('[role="status"]')!.textContent!, /clip 0/);
  assert.match(svg.textContent!, /along the probe's direction \(more drums to the right\)/);
  assert.match(page.el.textContent!, /with drums.*without drums.*the same song/);
  const sound = page.el.querySelector('[role="switch"]')!;
  (sound as HTMLElement).click();
  assert.equal(sound.getAttribute("aria-checked"), "false");
  page.end();
});

test("a live monitor draws what was seen and what comes", () => {
  const seen = [{ step: 0, monitor: [0.2], threshold: [0.4], strength: [1] }];
  const page = drawWidget("liveMonitor", {
    ...{ traits: ["drums"], frameRate: 50, prompt: 0.5, seconds: 5, isWhole: true, seen },
  });
  page.tell({ seen: [{ ...seen[0], step: 1 }] });
  assert.match(page.el.querySelector("canvas")!.getAttribute("aria-label")!, /threshold: drums/);
  page.put({ traits: ["drums", "piano"] });
  assert.equal(page.el.querySelectorAll("b").length, 2);
  assert.match(page.el.textContent!, /C\(t\).*threshold.*push/);
  page.end();
});
