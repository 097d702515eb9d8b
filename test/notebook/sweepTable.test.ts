import assert from "node:assert/strict";
import { test } from "node:test";
import { sweepMap } from "../../lib/figures/sweepMap";
import { hundredths, wholePercent } from "../../lib/notebook/widgets/shares";
import { sweepTable } from "../../lib/notebook/widgets/sweepTable";
import type { CellResult } from "../../lib/sweep/cell";
import { summarise } from "../../lib/sweep/summary";

function cell(method: string, alpha: number | null, topK: number | "all" | null, prompt: string): CellResult {
  const kind = alpha === null ? null : "probe";
  return {
    key: [method, alpha, topK, prompt].join(),
    cell: {
      ...{ method, alpha, topK, direction: kind, schedule: kind && "own", prompt, promptHash: "" },
      ...{ seed: 0, takeSeed: 1 },
    },
    ...{ success: true, present: null, similarity: 0.43, kept: 1, own: 2, monitor: 0.5, strength: 0 },
    ...{ promptFrames: 2, tokens: [[1]] },
  };
}

const prompts = ["0", "waltz"];
const cells = prompts.flatMap((prompt) => [
  cell("none", null, null, prompt),
  ...(["all", 16, 4] as const).flatMap((k) => [cell("iti", 5, k, prompt), cell("iti", 10, k, prompt)]),
]);
const sweep = { trait: "drums", cells, summary: summarise(cells) };

test("lines stand in the order of sweepMap and have its names, prompts have theirs", () => {
  const { widget } = sweepTable(sweep, {} as never);
  const [group] = widget.get("groups");
  const [map] = sweepMap(sweep).data;
  const names = (map.y as string[]).toReversed(); // plotly draws upward
  assert.deepEqual(
    group.ks.map((k) => `${group.name}, ${k}`),
    names,
  );
  assert.deepEqual(group.ks, ["all heads", "K 16", "K 4"]);
  assert.deepEqual(widget.get("takes"), ["prompt 0, seed 0", "waltz, seed 0"]);
});

test("where no script runs, success is in percent and similarity from 0 to 1", async () => {
  const { "text/html": html } = await sweepTable(sweep, {} as never)._repr_mimebundle_();
  const [success, similarity] = String(html).split("</table>");
  assert.match(success, /success for drums, %.*; unsteered 100<.*>100<\/td>/);
  assert.match(similarity, /similarity to the prompt, 0 to 1.*; unsteered \.43<.*>\.43<\/td>/);
});

test("shares in words", () => {
  assert.deepEqual([0.427, 1, -0.05, 0].map(hundredths), [".43", "1.00", "-.05", ".00"]);
  assert.equal(wholePercent(0.427), "43");
});
