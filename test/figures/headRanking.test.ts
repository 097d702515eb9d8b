import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { headRanking } from "../../lib/figures/headRanking";
import { scores } from "./examples";

describe("headRanking", () => {
  test("sorts heads from best to worst with their intervals as a band", () => {
    const set = scores(3, 4);
    const [band, curve] = headRanking(set).data;
    const accuracy = curve.y as number[];
    assert.deepEqual(
      accuracy,
      set.heads.map((head) => head.accuracy).sort((a, b) => b - a),
    );
    assert.equal((band.y as number[]).length, 24);
    const customdata = curve.customdata as [number, number, string][];
    const best = set.heads.find((head) => head.accuracy === accuracy[0])!;
    assert.deepEqual(customdata[0].slice(0, 2), [best.layer, best.head]);
    assert.equal((band.y as number[])[0], best.interval[1]);
    assert.equal((band.y as number[])[23], best.interval[0]);
  });

  test("draws several traits in different colours, and refuses one without heads", () => {
    const { data } = headRanking([scores(2, 2), scores(2, 2, "bass", 2)]);
    const curves = data.filter(({ name }) => name);
    assert.deepEqual(
      curves.map(({ name }) => name),
      ["drums", "bass"],
    );
    assert.notDeepEqual(curves[0].line, curves[1].line);
    assert.throws(() => headRanking([scores(2, 2), { trait: "piano", heads: [] }]), /for "piano"/);
  });
});
