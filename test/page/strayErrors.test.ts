import assert from "node:assert/strict";
import { test } from "node:test";
import { hearStrayErrors } from "../../lib/page/strayErrors";

test("what nobody catches, in a window or a worker, is told in words", () => {
  const window = new EventTarget();
  Object.assign(globalThis, { addEventListener: window.addEventListener.bind(window) });
  const told: string[] = [];
  hearStrayErrors((why) => void told.push(why));
  window.dispatchEvent(Object.assign(new Event("error"), { message: "a timer's error" }));
  for (const reason of [new RangeError("too far"), "no error at all"])
    window.dispatchEvent(Object.assign(new Event("unhandledrejection"), { reason }));
  assert.deepEqual(told, ["a timer's error", "too far", "no error at all"]);
});
