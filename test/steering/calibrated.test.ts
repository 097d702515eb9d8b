import assert from "node:assert/strict";
import { test } from "node:test";
import type { Calibration } from "../../lib/probes/calibration";
import { withCalibration } from "../../lib/probes/probe";
import { iti, smitin } from "../../lib/steering/methods";
import { handmade } from "./probes";

const calibration: Calibration = {
  ...{ method: "smitin", alpha: 17.3, interval: [14, 20], target: 0.5, success: 0.5 },
  ...{
    successInterval: [0.3, 0.7],
    n: 32,
    judge: "judge",
    heads: 4,
    seed: 0,
    recipe: "32 prompts",
    trials: [],
  },
};
const probes = withCalibration(handmade(), calibration);
const vectors = ({ plan }: ReturnType<typeof smitin>) => plan.channels[0].vectors;

test("alpha is the paper's unless asked for, and then the one that was found for the method", () => {
  assert.deepEqual(vectors(smitin(probes)), vectors(smitin(handmade(), { alpha: 5 })));
  assert.deepEqual(
    vectors(smitin(probes, { alpha: "calibrated" })),
    vectors(smitin(handmade(), { alpha: 17.3 })),
  );
  const both = withCalibration(probes, { ...calibration, method: "iti", alpha: 2.1 });
  assert.deepEqual(vectors(iti(both, { alpha: "calibrated" })), vectors(iti(handmade(), { alpha: 2.1 })));
});

test("what was not found, or with other heads, is refused", () => {
  assert.throws(
    () => smitin(handmade(), { alpha: "calibrated" }),
    /alpha "calibrated": expected probes of drums with a calibration of smitin .*, found none/,
  );
  assert.throws(() => iti(probes, { alpha: "calibrated" }), /with a calibration of iti .*, found smitin/);
  assert.throws(
    () => smitin(probes.top(2), { alpha: "calibrated" }),
    /was found with 4 heads, these probes of drums have 2: calibrate them/,
  );
});
