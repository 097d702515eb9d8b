import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createCarriers } from "../../lib/kernel/carriers";
import type { CellOutput } from "../../lib/kernel/outputQueue";
import { carrierBundle } from "../../lib/notebook/libraries";

const carrier: CellOutput = { type: "display", data: carrierBundle("wavesurfer"), update: false };

describe("which cell brings a browser library", () => {
  it("one that has claimed it, as long as its output goes out", () => {
    const carriers = createCarriers();
    carriers.begin("first");
    assert.equal(carriers.claim("wavesurfer"), true);
    assert.equal(carriers.claim("wavesurfer"), false, "a second output of the same cell");
    carriers.delivered(carrier);
    assert.deepEqual(carriers.missing(), []);
    carriers.begin("second");
    assert.equal(carriers.claim("wavesurfer"), false);
    assert.deepEqual(carriers.missing(), []);
  });

  it("another one, when the output that should have brought it was interrupted while it was drawn", () => {
    const carriers = createCarriers();
    carriers.begin("first");
    carriers.claim("wavesurfer");
    assert.deepEqual(carriers.missing(), [], "nobody waits for it");
    assert.equal(carriers.claim("wavesurfer"), true, "drawn after the cell's end");
    carriers.begin("second");
    assert.equal(carriers.claim("wavesurfer"), false);
    assert.deepEqual(carriers.missing(), ["wavesurfer"]);
    assert.deepEqual(carriers.missing(), []);
  });
});
