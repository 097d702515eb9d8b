import assert from "node:assert/strict";
import { before, test } from "node:test";
import { AdamW } from "../../experiments/train/adamw";
import { createDecoderParameters } from "../../experiments/train/decoderNetwork";
import { phaseOf, textMask } from "../../experiments/train/decoderPhase";
import { startBackend, tf } from "../../lib/engine";

before(() => startBackend());

test("in the text's phase only what reads the caption moves", () => {
  const parameters = createDecoderParameters(2);
  const before = parameters.values();
  const optimizer = new AdamW(parameters, { decay: 0.05 });
  optimizer.update(tf.ones([parameters.size]), 1e-3, textMask(parameters)).dispose();
  const moved = [...parameters.values()]
    .filter(([name, { data }]) => data.some((value, i) => value !== before.get(name)!.data[i]))
    .map(([name]) => name.replace(/^\d\./, "N.").replace(/^(text\.)\d/, "$1N"));
  assert.deepEqual(
    [...new Set(moved)],
    [
      ...["crossNorm.weight", "crossNorm.bias", "crossQuery", "crossKeyValue", "crossOut"].map(
        (x) => `N.${x}`,
      ),
      ...["textToDecoder", "textToDecoder.bias", "text.embed", "text.position"],
      ...["attentionNorm", "qkv", "out", "mlpNorm", "wi", "wo"].map((x) => `text.N.${x}`),
      "text.finalNorm",
    ],
  );
});

test("it comes after all others have learnt, every other step on short rows of as many frames", () => {
  const sizes = { steps: 10, textSteps: 4 };
  const phases = Array.from({ length: 14 }, (_, step) => phaseOf(step, sizes));
  assert.deepEqual(
    phases.map(({ isText }) => isText),
    [...new Array(10).fill(false), ...new Array(4).fill(true)],
  );
  assert.deepEqual(
    phases.slice(9).map(({ window, unconditional }) => [window, unconditional]),
    [
      [400, 0.5],
      [80, 0],
      [400, 0],
      [80, 0],
      [400, 0],
    ],
  );
  for (const { window, rows } of phases) assert.equal(window * rows, 400);
});
