import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend } from "../../lib/engine";
import {
  looksBack,
  positionAt,
  secondsOf,
  shareNow,
  tellMoment,
} from "../../lib/notebook/widgets/attentionMoment";
import { type AttentionView, attentionView } from "../../lib/notebook/widgets/attentionView";
import { openFixture } from "../model/musicgenFixture";
import { drawWidget } from "./widgetPage";

before(() => startBackend());

test("a position is the frame that codebook 0 has just read, and back", () => {
  assert.equal(secondsOf(0, 50), 0);
  assert.equal(secondsOf(1, 50), 0);
  assert.equal(secondsOf(51, 50), 1);
  for (const position of [1, 7, 99]) assert.equal(positionAt(secondsOf(position, 50), 50, 100), position);
  assert.equal(positionAt(99, 50, 100), 99);
});

test("looks back are the places with most of the attention, what is near a place counted in, the moment itself left out", () => {
  const row = new Float32Array(101);
  row[100] = 0.3;
  row[97] = 0.1;
  row[20] = 0.2;
  row[22] = 0.15;
  row[60] = 0.25;
  const looks = looksBack(row, 100, 50);
  assert.deepEqual(
    looks.map(({ seconds, share }) => [seconds, Math.round(100 * share)]),
    [
      [0.38, 35],
      [1.18, 25],
    ],
  );
  assert.ok(Math.abs(shareNow(row, 100, 50) - 0.4) < 1e-6);
  assert.equal(
    tellMoment(row, 100, 50),
    "At 1.98 s: 40 % on the last 0.12 s; further back 35 % at 0.4 s, 25 % at 1.2 s",
  );
  assert.deepEqual(looksBack(row, 3, 50), []);
});

/** The view of a take of the tiny model. */
function view(): AttentionView {
  const { model, grid } = openFixture("plain");
  const audio = { samples: new Float32Array(13 * 160).fill(0.1), sampleRate: 8000 };
  return attentionView(
    model as never,
    { tokens: grid("continuation"), promptFrames: 6, audio },
    { bpm: 120 },
  );
}

test("without a page it is a picture of the head that looks back furthest, with a sentence", async () => {
  const shown = view();
  const { back, layer, head, heads, beat, promptSeconds } = {
    ...Object.fromEntries(
      (["back", "layer", "head", "heads", "beat", "promptSeconds"] as const).map((key) => [
        key,
        shown.widget.get(key),
      ]),
    ),
  } as { back: number[]; layer: number; head: number; heads: number; beat: number; promptSeconds: number };
  assert.equal(back[layer * heads + head], Math.max(...back));
  assert.deepEqual([beat, promptSeconds], [0.5, 6 / 50]);
  const bundle = await shown._repr_mimebundle_();
  assert.match(String(bundle["text/plain"]), new RegExp(`layer ${layer}, head ${head} looks .* s back`));
  assert.match(String(bundle["text/html"]), /<img alt="what layer \d, head \d looks at/);
  shown.choose({ layer: 1, head: 2 }, 0.1);
  assert.deepEqual(
    [shown.widget.get("layer"), shown.widget.get("head"), shown.widget.get("moment")],
    [1, 2, 0.1],
  );
  assert.throws(() => shown.choose({ layer: 2, head: 0 }), /layer 1, head 3, found layer 2, head 0/);
});

test("in the page a head is asked for once, and each moment told", async () => {
  const settled = () => new Promise((next) => setImmediate(next));
  const [positions, frameRate] = [100, 50];
  const state = {
    layers: 2,
    heads: 2,
    positions,
    frameRate,
    seconds: 1.92,
    promptSeconds: 1,
    beat: 0.5,
    pieces: ["drums", "</s>"],
    back: [0.1, 0.2, 0.3, 0.9],
    peaks: [0.5, 1],
    layer: 1,
    head: 1,
    moment: 1.9,
  };
  const page = drawWidget("attentionView", state, { queueMicrotask });
  await settled();
  const told = () => page.el.querySelector('[role="status"]')!.textContent;
  assert.deepEqual(page.sent.filter(({ look }) => look).at(-1), { look: [1, 1] });
  assert.match(told()!, /reading/);
  const own = new Uint8Array(positions * positions);
  own[96 * positions + 96] = Math.round(255 * Math.sqrt(0.64));
  own[96 * positions + 26] = Math.round(255 * Math.sqrt(0.36));
  const text = new Uint8Array(positions * 2);
  text[96 * 2] = 255;
  page.tell({ looked: [1, 1] }, [own.buffer, new Float32Array(positions).buffer, text.buffer]);
  assert.equal(told(), "At 1.90 s: 64 % on the last 0.12 s; further back 36 % at 0.5 s.");
  const words = [...page.el.querySelectorAll<HTMLElement>("span[title]")].map(({ title }) => title);
  assert.deepEqual(words, ["drums: 100 %", "</s>: 0 %"]);
  const slider = page.el.querySelector('[role="slider"]')!;
  const press = (element: Element, key: string) =>
    element.dispatchEvent(new page.window.KeyboardEvent("keydown", { key, bubbles: true }));
  press(slider, "ArrowLeft");
  assert.ok(Math.abs(Number(state.moment) - 1.88) < 1e-9);
  press(page.el.querySelector('td[aria-selected="true"]')!, "ArrowLeft");
  await settled();
  assert.deepEqual([state.layer, state.head], [1, 0]);
  assert.deepEqual(page.sent.filter(({ look }) => look).at(-1), { look: [1, 0] });
  const asked = page.sent.length;
  press(page.el.querySelector('td[aria-selected="true"]')!, "ArrowRight");
  await settled();
  assert.equal(page.sent.length, asked); // known already
  page.end();
});
