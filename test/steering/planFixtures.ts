import type { MusicGen } from "../../lib/model/musicgen";
import { iti, type PlannedSteer, smitin, suppress } from "../../lib/steering/methods";
import { encodePlan } from "../../lib/steering/planFormat";
import { every, scheduleProduct } from "../../lib/steering/schedule";
import { madeUp, openModel } from "../sweep/fixture";

/** The tiny model, ways to steer it, and the same as plan files: what test/fixtures/plans holds. */
export function planFixtures(): {
  model: MusicGen;
  steers: Record<string, PlannedSteer>;
  files: Record<string, Uint8Array>;
} {
  const model = openModel();
  const { layers, heads, headDim, frameRate, fingerprint } = model;
  const known = { name: "plain", layers, heads, headDim, frameRate, fingerprint }; // a folder's name is its path
  const probes = madeUp(model, model.fingerprint);
  const steers = {
    iti: iti(probes, { alpha: 40, topK: 3 }),
    start: iti(probes, {
      alpha: 30,
      from: "start",
      schedule: scheduleProduct(every(2), (step) => 1 / (1 + step)),
    }),
    smitin: smitin(probes, { alpha: 60, every: 2, threshold: 0.55, monitorHeads: 5 }),
    after: smitin(probes, {
      alpha: 60,
      every: 1,
      threshold: 0.6,
      monitorHeads: 4,
      reads: "after",
      delta: 0.5,
    }),
    suppress: suppress(probes, { alpha: 60, every: 1, threshold: 0.5 }),
  };
  const files = Object.fromEntries(
    Object.entries(steers).map(([name, steer]) => [name, encodePlan(steer, known, { seconds: 2 })]),
  );
  return { model, steers, files };
}
