import assert from "node:assert/strict";
import { test } from "node:test";
import { always } from "../../lib/steering/always";
import { pid } from "../../lib/steering/pid";
import { selfMonitor } from "../../lib/steering/selfMonitor";
import { assertClose } from "../close";

test("proportional, integral and derivative add up, with dt = 1 / frame rate", () => {
  const gate = pid({ target: 0.6, proportional: 1, integral: 2, derivative: 0.1, range: [-10, 10] });
  const control = gate(10);
  // errors 0.4, 0.2, 0.3, -0.1; sums of e dt 0.04, 0.06, 0.09, 0.08; changes a second 0, -2, 1, -4
  assertClose(
    [0.2, 0.4, 0.3, 0.7].map(control),
    [0.4 + 2 * 0.04, 0.2 + 2 * 0.06 - 0.1 * 2, 0.3 + 2 * 0.09 + 0.1, -0.1 + 2 * 0.08 - 0.1 * 4],
    2e-6,
  );
  assertClose([gate(5)(0.2)], [0.4 + 2 * 0.08], 2e-6);
});

test("at an end of its range it adds nothing up that pushes further (anti-windup)", () => {
  const control = pid({ target: 0.5, proportional: 0, integral: 1 })(1);
  // Asked for 0.5, 1, 1.5 (cut, not added), 1.5 again; then the error turns and it comes down at once.
  assertClose([0, 0, 0, 0, 0.75, 0.75].map(control), [0.5, 1, 1, 1, 0.75, 0.5], 2e-6);
  const below = pid({ target: 0.5, proportional: 1, integral: 1 })(1);
  // At C = 1: e = -0.5 asks for -1, is cut to 0 and adds nothing; then e = 0.2 counts in full.
  assertClose([1, 1, 0.3].map(below), [0, 0, 0.2 + 0.2], 2e-6);
});

test("every row of every take has a controller of its own", () => {
  const gate = pid({ target: 0.5 });
  const [a, b] = [gate(10), gate(10)];
  const first = [0.1, 0.2, 0.3].map(a);
  b(0.9);
  assert.deepEqual([0.1, 0.2, 0.3].map(gate(10)), first);
  assert.notDeepEqual([0.1, 0.2, 0.3].map(a), first);
});

test("a range below zero pushes the trait away", () => {
  assertClose(
    [0.2, 0.9].map(pid({ target: 0.5, proportional: 1, integral: 0, range: [-1, 1] })(50)),
    [0.3, -0.4],
    2e-6,
  );
});

test("impossible constants end in one clear error", () => {
  assert.throws(() => pid({ target: 1.5 }), /target: expected a probability from 0 to 1, found 1.5/);
  assert.throws(() => pid({ target: Number.NaN }), /target/);
  assert.throws(() => pid({ target: 0.5, integral: -1 }), /integral: expected a number from 0, found -1/);
  assert.throws(() => pid({ target: 0.5, derivative: Number.NaN }), /derivative/);
  assert.throws(() => pid({ target: 0.5, range: [1, 0] }), /range: expected two finite numbers, low < high/);
});

test("SMITIN's gate and its mirror image: what presence is to the one, absence is to the other", () => {
  const seen = [0, 0.2, 0.5, 0.8, 1];
  assertClose(seen.map(selfMonitor(0.7, 0.5)(50)), [1, 0.9, 0.75, 0, 0], 2e-6);
  assertClose(seen.map(selfMonitor(0.3, 0.5, { until: "absent" })(50)), [0, 0, 0.75, 0.9, 1], 2e-6);
  assertClose(
    seen.map(selfMonitor(0.3, 0.5, { until: "absent" })(50)),
    seen.map((c) => selfMonitor(0.7, 0.5)(50)(1 - c)),
    2e-6,
  );
  assertClose(seen.map(selfMonitor(0.7, 3)(50)), [1, 0.4, 0, 0, 0], 2e-6); // never negative
  assertClose(seen.map(always()(50)), [1, 1, 1, 1, 1], 2e-6);
  assert.throws(() => selfMonitor(0.5, Number.NaN), /delta: expected a number from 0, found NaN/);
});
