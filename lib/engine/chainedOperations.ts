import type * as Core from "@tensorflow/tfjs-core";
import type {} from "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";

/** What takes the tensor as its first argument: `x.add(y)` is `add(x, y)`. */
const byName =
  "abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchNorm batchToSpaceND broadcastTo cast ceil " +
  "clipByValue conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d dilation2d div divNoNan dot " +
  "elu equal erf euclideanNorm exp expandDims expm1 floor floorDiv gather greater greaterEqual isFinite isInf isNaN leakyRelu " +
  "less lessEqual localResponseNormalization log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr " +
  "logicalXor matMul max maxPool maximum mean min minimum mirrorPad mod mul neg norm notEqual oneHot onesLike pad pool pow " +
  "prelu prod reciprocal relu relu6 reshape reverse round rsqrt selu separableConv2d sigmoid sign sin sinh slice softmax " +
  "softplus spaceToBatchND split sqrt square squaredDifference squeeze step stridedSlice sub sum tan tanh tile topk " +
  "transpose unique unsortedSegmentSum unstack zerosLike";

type Method = (this: Core.Tensor, ...args: never[]) => unknown;

/**
 * Give tensors the operations as methods. They are @tensorflow/tfjs's (chained_ops), which are published as a part of that package
 * alone; their types are tfjs-core's.
 */
export function addChainedOperations(core: typeof Core): void {
  const operations = core as unknown as Record<string, (...args: unknown[]) => unknown>;
  const prototype = core.Tensor.prototype as unknown as Record<string, Method>;
  for (const name of byName.split(" ")) {
    const operation = operations[name];
    prototype[name] = function (...args) {
      this.throwIfDisposed();
      return operation(this, ...args);
    };
  }
  Object.assign(prototype, special(core));
}

function special({ cast, concat, image, reshape, spectral, stack, Tensor, util, where }: typeof Core) {
  const shaped = function (this: Core.Tensor, ...shape: number[]) {
    return reshape(this, shape);
  };
  const flat = function (this: Core.Tensor) {
    return reshape(this, [this.size]);
  };
  const as = (dtype: Core.DataType) =>
    function (this: Core.Tensor) {
      return cast(this, dtype);
    };
  type Others = Core.Tensor | Core.Tensor[];
  const others = (x: Others) => (x instanceof Tensor ? [x] : x);
  return {
    as1D: flat,
    flatten: flat,
    as2D: shaped,
    as3D: shaped,
    as4D: shaped,
    as5D: shaped,
    toBool: as("bool"),
    toFloat: as("float32"),
    toInt: as("int32"),
    asType(this: Core.Tensor, dtype: Core.DataType) {
      return cast(this, dtype);
    },
    asScalar(this: Core.Tensor) {
      util.assert(this.size === 1, () => "The array must have only 1 element.");
      return reshape(this, []);
    },
    reshapeAs(this: Core.Tensor, x: Core.Tensor) {
      return reshape(this, x.shape);
    },
    concat(this: Core.Tensor, x: Others, axis?: number) {
      return concat([this, ...others(x)], axis);
    },
    stack(this: Core.Tensor, x: Others, axis?: number) {
      return stack([this, ...others(x)], axis);
    },
    where(this: Core.Tensor, condition: Core.Tensor, x: Core.Tensor) {
      return where(condition, this, x);
    },
    fft(this: Core.Tensor) {
      return spectral.fft(this);
    },
    ifft(this: Core.Tensor) {
      return spectral.ifft(this);
    },
    rfft(this: Core.Tensor) {
      return spectral.rfft(this);
    },
    irfft(this: Core.Tensor) {
      return spectral.irfft(this);
    },
    resizeBilinear(this: Core.Tensor3D, size: [number, number], align?: boolean, halfPixel?: boolean) {
      return image.resizeBilinear(this, size, align, halfPixel);
    },
    resizeNearestNeighbor(this: Core.Tensor3D, size: [number, number], align?: boolean, halfPixel?: boolean) {
      return image.resizeNearestNeighbor(this, size, align, halfPixel);
    },
  };
}
