import assert from "node:assert/strict";
import { test } from "node:test";
import {
  breakpoints,
  during,
  every,
  everyStep,
  fadeIn,
  fadeOut,
  fromTo,
  ramp,
  type Schedule,
  scheduleProduct,
} from "../../lib/steering/schedule";
import { assertClose } from "../close";

/** Shares at the first steps. */
function shares(schedule: Schedule, steps: number, frameRate = 10): number[] {
  return Array.from({ length: steps }, (_, step) => schedule(step, frameRate));
}

test("every s steps, and from step to step with a schedule inside that counts from there", () => {
  assert.deepEqual(shares(everyStep(), 3), [1, 1, 1]);
  assert.deepEqual(shares(every(3), 7), [1, 0, 0, 1, 0, 0, 1]);
  assert.deepEqual(shares(fromTo(2, 6, every(3)), 8), [0, 0, 1, 0, 0, 1, 0, 0]);
});

test("seconds follow the frame rate, and are rounded to steps", () => {
  assert.deepEqual(shares(during(0.2, 0.5), 7), [0, 0, 1, 1, 1, 0, 0]);
  assert.deepEqual(shares(during(0.2, 0.5), 7, 5), [0, 1, 1, 0, 0, 0, 0]); // steps 1 to 2.5, rounded to 3
  assert.deepEqual(shares(during(0.3, Number.POSITIVE_INFINITY, every(2)), 7), [0, 0, 0, 1, 0, 1, 0]);
  // 0.14 x 50 is 7.000000000000001
  const share = shares(during(0.14, 0.7), 40, 50);
  assert.equal(share.indexOf(1), 7);
  assert.equal(share.lastIndexOf(1), 34);
});

test("ramps and fades go straight between two times", () => {
  assertClose(shares(ramp(0.2, 0.6, 0.5, 1), 8), [0.5, 0.5, 0.5, 0.625, 0.75, 0.875, 1, 1], 2e-6);
  assertClose(shares(fadeIn(0.4), 6), [0, 0.25, 0.5, 0.75, 1, 1], 2e-6);
  assertClose(shares(fadeOut(0.1, 0.3), 5), [1, 1, 0.5, 0, 0], 2e-6);
  assertClose(shares(fadeIn(0), 2), [1, 1], 2e-6);
  assertClose(shares(fadeIn(1), 6, 5), [0, 0.2, 0.4, 0.6, 0.8, 1], 2e-6);
});

test("a drawn curve is straight between its points, level outside, and may jump", () => {
  const drawn = breakpoints([
    [0.1, 0.2],
    [0.3, 1],
    [0.3, -0.5],
    [0.5, 0],
  ]);
  assertClose(shares(drawn, 7), [0.2, 0.2, 0.6, -0.5, -0.25, 0, 0], 2e-6);
  assertClose(shares(breakpoints([[1, 0.3]]), 3), [0.3, 0.3, 0.3], 2e-6);
});

test("a product multiplies, and asks no more once it is off", () => {
  assertClose(shares(scheduleProduct(every(2), fadeIn(0.4)), 6), [0, 0, 0.5, 0, 1, 0], 2e-6);
  assert.deepEqual(shares(scheduleProduct(), 2), [1, 1]);
  const unasked: Schedule = () => {
    throw new Error("asked");
  };
  assert.deepEqual(
    shares(
      scheduleProduct(() => 0, unasked),
      2,
    ),
    [0, 0],
  );
});

test("impossible times end in one clear error", () => {
  assert.throws(() => every(0), /every: expected an integer from 1, found 0/);
  assert.throws(() => fromTo(3, 2), /fromTo: expected first <= end, found 3 and 2/);
  assert.throws(() => during(-1, 2), /during: expected seconds 0 <= start <= end, found -1 and 2/);
  assert.throws(() => during(2, 1), RangeError);
  assert.throws(() => ramp(-0.5, 1), /ramp: expected seconds 0 <= start <= end, found -0.5 and 1/);
  assert.throws(() => ramp(2, 1), /ramp/);
  assert.throws(() => ramp(0, Number.POSITIVE_INFINITY), /ramp/);
  assert.throws(() => ramp(0, 1, Number.NaN), /expected finite numbers, found point \[0, NaN\]/);
  assert.throws(() => fadeIn(-1), /fadeIn/);
  assert.throws(() => fadeOut(1, Number.NaN), /fadeOut/);
  assert.throws(() => breakpoints([]), /at least one point/);
  assert.throws(
    () =>
      breakpoints([
        [1, 0],
        [0.5, 1],
      ]),
    /expected times in order, found 0.5 after 1/,
  );
});
