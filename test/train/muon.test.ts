import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { Muon } from "../../experiments/train/muon";
import { Parameters } from "../../experiments/train/parameters";
import { startBackend, tf } from "../../lib/engine";
import { normal, random } from "../../lib/math/random";

before(() => startBackend());

test("an update's hidden matrices have singular values of one size; the rest is left alone", () => {
  const parameters = new Parameters();
  parameters.add("0.gain", [4], new Float32Array(4), false);
  parameters.add("0.pair", [4, 12], new Float32Array(48), true);
  const muon = new Muon(parameters, (name) => (name === "0.pair" ? 2 : 0));
  const uniform = random(1);
  const gradient = Float32Array.from({ length: 52 }, () => normal(uniform));

  const direction = muon.direction(tf.tensor1d(gradient)).dataSync();
  assert.deepEqual([...direction.subarray(0, 4)], [0, 0, 0, 0]);
  assert.deepEqual([...muon.mask().dataSync()].slice(2, 6), [0, 0, 1, 1]);
  for (const half of [0, 6]) {
    const rows = [0, 1, 2, 3].map((r) => [...direction.subarray(4 + r * 12 + half, 4 + r * 12 + half + 6)]);
    const scale = 0.5 * Math.sqrt(6);
    for (const value of new SingularValueDecomposition(new Matrix(rows)).diagonal.slice(0, 4)) {
      assert.ok(value / scale > 0.5 && value / scale < 1.5, `singular value ${value / scale}`);
    }
    const along = rows.flat().reduce((sum, x, i) => {
      const at = 4 + Math.floor(i / 6) * 12 + half + (i % 6);
      return sum + x * gradient[at];
    }, 0);
    assert.ok(along > 0, "with the gradient, not against it");
  }
});
