import assert from "node:assert/strict";
import { test } from "node:test";
import { startBackend } from "../../lib/engine";
import { monitorTrace } from "../../lib/figures/monitorTrace";
import { generate } from "../../lib/model/generate/generate";
import { liveMonitor } from "../../lib/notebook/widgets/liveMonitor";
import { smitin } from "../../lib/steering/methods";
import { prompt } from "../sweep/fixture";
import { playable, twoTraits } from "./playable";

test("the axis is the take's, its prompt included, as monitorTrace draws it", async () => {
  await startBackend("wasm");
  const model = playable();
  const { frameRate } = model;
  const monitor = liveMonitor(smitin(twoTraits(model).drums, { alpha: 20 }), { seconds: 30 });
  const { widget } = monitor;
  const during: number[] = [];
  const take = await generate(model, {
    ...{ prompt: prompt(1, 10), frames: 40, seed: 2, steer: monitor },
    onFrame: () => void during.push(widget.get("seconds")),
  });
  assert.ok(during.slice(1, 40).every((seconds) => seconds === 50 / frameRate)); // from the first step on
  assert.deepEqual([widget.get("prompt"), widget.get("seconds"), widget.get("isWhole")], [0.2, 1, true]);
  const seen = widget.get("seen");
  assert.deepEqual(
    seen.map(({ step }) => step),
    Array.from({ length: 40 }, (_, step) => step),
  );
  const { data, layout } = monitorTrace(take, { frameRate });
  const axis = (layout.xaxis as { range: number[] }).range;
  assert.deepEqual(axis, [0, widget.get("seconds")]);
  const curve = data.find(({ y }) => (y as number[])?.[0] === Number(seen[0].monitor[0].toFixed(4)))!;
  assert.equal((curve.x as number[])[0], widget.get("prompt"));
});

test("where nobody says how long a take will be, the axis begins as asked and ends with the take", () => {
  const seen = { trait: "drums", monitor: [] as number[], threshold: 0.5, strength: [0] };
  const inner = { taps: new Map(), trace: () => [{ step: [], traits: [seen] }] };
  const monitor = liveMonitor(() => inner, { seconds: 3 });
  const watched = monitor({ model: { frameRate: 10 } as never, rows: 1, promptFrames: 5 });
  seen.monitor.push(0.4);
  watched.end!({ step: 0, positions: 1, prefill: false });
  assert.deepEqual([monitor.widget.get("seconds"), monitor.widget.get("isWhole")], [3, false]);
  watched.dispose!();
  assert.deepEqual([monitor.widget.get("seconds"), monitor.widget.get("isWhole")], [0.6, true]);
});

test("where nobody knows the gate's level, none is drawn", () => {
  const seen = { trait: "drums", monitor: [0.4], threshold: Number.NaN, strength: [0] };
  const inner = { taps: new Map(), trace: () => [{ step: [], traits: [seen] }] };
  const monitor = liveMonitor(() => inner);
  const watched = monitor({ model: { frameRate: 10 } as never, rows: 1, promptFrames: 5 });
  watched.end!({ step: 0, positions: 1, prefill: false });
  watched.dispose!();
  assert.deepEqual(monitor.widget.get("seen")[0].threshold, [null]);
  const html = String((monitor._repr_mimebundle_() as Record<string, unknown>)["text/html"]);
  assert.doesNotMatch(html, /stroke-dasharray="5 4"|NaN|d="M"/);
});
