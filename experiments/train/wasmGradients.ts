import { tf } from "../../lib/engine";

/*
 * Two kernels that training needs and TensorFlow.js's wasm engine lacks, so that the trainings also run (slowly) on a
 * machine without the native engine: continuous integration proves them so.
 */

interface FilterGradient {
  inputs: { x: tf.Tensor4D; dy: tf.Tensor4D };
  attrs: { strides: [number, number]; pad: unknown; filterShape: [number, number, number, number] };
}

/** Gradient of a convolution with respect to its filter: one matmul for each of the filter's places. */
function conv2DBackpropFilter({ inputs: { x, dy }, attrs }: FilterGradient): tf.TensorInfo {
  const { strides, filterShape } = attrs;
  const [rows, columns, channels, out] = filterShape;
  const [batch, height, width] = dy.shape;
  const padded = attrs.pad === "same" ? padSame(x, dy, strides, filterShape) : x;
  const gradient = tf.reshape(dy, [-1, out]) as tf.Tensor2D;
  const places: tf.Tensor[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const end = [batch, r + (height - 1) * strides[0] + 1, c + (width - 1) * strides[1] + 1, channels];
      const seen = tf.stridedSlice(padded, [0, r, c, 0], end, [1, strides[0], strides[1], 1]);
      places.push(tf.matMul(tf.reshape(seen, [-1, channels]) as tf.Tensor2D, gradient, true));
    }
  }
  return tf.reshape(tf.stack(places), filterShape);
}

/** TensorFlow's "same" padding: as little as the output's size needs, the odd one at the end. */
function padSame(x: tf.Tensor4D, dy: tf.Tensor4D, strides: number[], filterShape: number[]): tf.Tensor4D {
  const around = [1, 2].map((axis): [number, number] => {
    const needed = (dy.shape[axis] - 1) * strides[axis - 1] + filterShape[axis - 1] - x.shape[axis];
    const total = Math.max(0, needed);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  return tf.pad(x, [[0, 0], ...around, [0, 0]]);
}

interface SegmentSum {
  inputs: { x: tf.Tensor; segmentIds: tf.Tensor1D };
  attrs: { numSegments: number };
}

/** Sums of the rows of x that share an id: the gradient of an embedding. */
function unsortedSegmentSum({
  inputs: { x, segmentIds },
  attrs: { numSegments },
}: SegmentSum): tf.TensorInfo {
  const size = x.size / x.shape[0];
  const values = x.dataSync();
  const sums = new Float32Array(numSegments * size);
  segmentIds.dataSync().forEach((id, row) => {
    for (let i = 0; i < size; i++) sums[id * size + i] += values[row * size + i];
  });
  return tf.tensor(sums, [numSegments, ...x.shape.slice(1)]);
}

/** Make the wasm engine able to train. */
export function registerWasmGradients(): void {
  for (const [kernelName, run] of [
    ["Conv2DBackpropFilter", conv2DBackpropFilter],
    ["UnsortedSegmentSum", unsortedSegmentSum],
  ] as const) {
    if (tf.getKernel(kernelName, "wasm")) continue;
    const kernelFunc = ({ inputs, attrs }: { inputs: tf.NamedTensorInfoMap; attrs?: tf.NamedAttrMap }) =>
      tf.tidy(() => run({ inputs: tensors(inputs), attrs } as never) as tf.Tensor);
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc });
  }
}

/** A kernel's inputs as tensors that a tidy may dispose of: each counts as one more user of its numbers. */
function tensors(inputs: tf.NamedTensorInfoMap): Record<string, tf.Tensor> {
  const engine = tf.engine();
  return Object.fromEntries(
    Object.entries(inputs).map(([name, info]) => {
      engine.backend.incRef(info!.dataId);
      return [name, engine.makeTensorFromTensorInfo(info!)];
    }),
  );
}
