import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { normal, random } from "../../lib/math/random";
import { type CodecShape, codecLayers, convolutions, type PadMode } from "../../lib/model/codec/layers";
import { pad1d, runDecoder, runEncoder } from "../../lib/model/codec/network";

const shape: CodecShape = {
  audioChannels: 1,
  numFilters: 2,
  hiddenSize: 3,
  numResidualLayers: 2,
  upsamplingRatios: [3, 2],
  kernelSize: 5,
  lastKernelSize: 3,
  residualKernelSize: 3,
  dilationGrowthRate: 2,
  compress: 2,
  numLstmLayers: 1,
  useCausalConv: false,
  useConvShortcut: true,
  trimRightRatio: 1,
  padMode: "reflect",
};

before(() => startBackend("cpu"));

test("a signal is continued beyond its ends as PyTorch's pad does", () => {
  const padded = (values: number[], left: number, right: number, mode: PadMode) => [
    ...pad1d(tf.tensor(values, [1, values.length, 1]), left, right, mode).dataSync(),
  ];
  assert.deepEqual(padded([1, 2, 3, 4], 2, 3, "reflect"), [3, 2, 1, 2, 3, 4, 3, 2, 1]);
  assert.deepEqual(
    padded([1, 2], 3, 2, "reflect"),
    [0, 0, 2, 1, 2, 0, 0],
    "short: zeros are added before it reflects",
  );
  assert.deepEqual(padded([1, 2], 1, 2, "replicate"), [1, 1, 2, 2, 2]);
  assert.deepEqual(padded([1, 2], 1, 2, "constant"), [0, 1, 2, 0, 0]);
  assert.deepEqual(padded([1, 2], 0, 0, "reflect"), [1, 2]);
});

test("encoder and decoder have the gradients that finite differences show", () => {
  const uniform = random(1);
  const draw = (size: number[], scale: number) => {
    const data = Float32Array.from(
      { length: size.reduce((a, b) => a * b, 1) },
      () => scale * normal(uniform),
    );
    return tf.variable(tf.tensor(data, size));
  };
  const weights: Record<string, tf.Variable> = {};
  const { encoder, decoder } = codecLayers(shape);
  for (const layer of convolutions([...encoder, ...decoder])) {
    const { kernel, stride } = layer;
    const size =
      layer.kind === "conv" ? [kernel, layer.in, layer.out] : [kernel / stride, layer.in, stride, layer.out];
    weights[`${layer.name}.weight`] = draw(size, 0.4);
    weights[`${layer.name}.bias`] = draw([layer.out], 0.3);
  }
  for (const layer of [...encoder, ...decoder]) {
    if (layer.kind !== "lstm") continue;
    for (const kind of ["ih", "hh"]) {
      weights[`${layer.name}.weight_${kind}_l0`] = draw([layer.channels, 4 * layer.channels], 0.3);
      weights[`${layer.name}.bias_${kind}_l0`] = draw([4 * layer.channels], 0.3);
    }
  }
  const audio = draw([2, 17, 1], 1) as tf.Tensor as tf.Tensor3D;
  const get = (name: string) => weights[name];
  const loss = () =>
    tf.tidy(() => {
      const sound = runDecoder(shape, get, runEncoder(shape, get, audio)); // [2, 18, 1]
      const target = tf.reshape(tf.linspace(-1, 1, sound.shape[1]), [1, -1, 1]);
      return tf.mean(tf.square(tf.sub(sound, target))) as tf.Scalar;
    });
  const { grads } = tf.variableGrads(loss, Object.values(weights));
  for (const [name, variable] of Object.entries(weights)) {
    const values = variable.dataSync().slice();
    const gradient = grads[variable.name].dataSync();
    const at = Math.floor(uniform() * values.length);
    const lossAt = (step: number) => {
      const moved = values.slice();
      moved[at] += step;
      variable.assign(tf.tensor(moved, variable.shape));
      return loss().dataSync()[0];
    };
    const slope = (lossAt(0.005) - lossAt(-0.005)) / 0.01;
    variable.assign(tf.tensor(values, variable.shape));
    assert.ok(
      Math.abs(slope - gradient[at]) < 0.003 + 0.03 * Math.abs(slope),
      `${name}: ${slope}, ${gradient[at]}`,
    );
  }
});
