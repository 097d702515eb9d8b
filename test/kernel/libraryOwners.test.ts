import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createLibraryOwners } from "../../lib/kernel/cells/libraryOwners";
import type { CellOutput } from "../../lib/kernel/cells/outputQueue";
import { libraryBundle } from "../../lib/notebook/libraries";

const bringer: CellOutput = { type: "display", data: libraryBundle("wavesurfer"), update: false };

describe("which cell brings a browser library", () => {
  test("one that has claimed it, as long as its output goes out", () => {
    const owners = createLibraryOwners();
    owners.begin("first");
    assert.equal(owners.claim("wavesurfer"), true);
    assert.equal(owners.claim("wavesurfer"), false, "a second output of the same cell");
    owners.delivered(bringer);
    assert.deepEqual(owners.missing(), []);
    owners.begin("second");
    assert.equal(owners.claim("wavesurfer"), false);
    assert.deepEqual(owners.missing(), []);
  });

  test("another one, when the output that should have brought it was interrupted while it was drawn", () => {
    const owners = createLibraryOwners();
    owners.begin("first");
    owners.claim("wavesurfer");
    assert.deepEqual(owners.missing(), [], "nobody waits for it");
    assert.equal(owners.claim("wavesurfer"), true, "drawn after the cell's end");
    owners.begin("second");
    assert.equal(owners.claim("wavesurfer"), false);
    assert.deepEqual(owners.missing(), ["wavesurfer"]);
    assert.deepEqual(owners.missing(), []);
  });
});
