import * as tf from "@tensorflow/tfjs";

/** The parts of tfjs-node's engine (nodejs_kernel_backend.ts) through which its kernels do all they do. */
export interface NativeEngine {
  isUsingGpuDevice: boolean;
  binding: {
    TF_ATTR_INT: number;
    TF_ATTR_FLOAT: number;
    TF_ATTR_BOOL: number;
    TF_ATTR_TYPE: number;
    runSavedModel(session: number, ids: number[], inputs: string, outputs: string): object[];
  };
  getDTypeInteger(dtype: tf.DataType): number;
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  createOutputTensor(metadata: object): tf.Tensor;
  readSync(dataId: object): Float32Array | Int32Array | Uint8Array;
  write(values: tf.TypedArray, shape: number[], dtype: tf.DataType): object;
  executeSingleOutput(op: string, attributes: EngineAttribute[], inputs: tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: EngineAttribute[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
  loadSavedModelMetaGraph(path: string, tags: string): number;
  deleteSavedModel(session: number): void;
}

export interface EngineAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** The current engine, which must be the native one. */
export function nativeEngine(): NativeEngine {
  return tf.backend() as unknown as NativeEngine;
}

/** True while the current engine is the native one, on processor or graphics card. */
export function isNative(): boolean {
  return tf.getBackend() === "tensorflow";
}

/** True while the current engine is the native one, on the processor. */
export function isNativeProcessor(): boolean {
  return isNative() && !nativeEngine().isUsingGpuDevice;
}

/** An operation's attribute of TensorFlow's kind "type". */
export function typeAttribute(name: string, dtype: tf.DataType): EngineAttribute {
  const native = nativeEngine();
  return { name, type: native.binding.TF_ATTR_TYPE, value: native.getDTypeInteger(dtype) };
}

/** An operation's attribute that is true or false. */
export function flagAttribute(name: string, value: boolean): EngineAttribute {
  return { name, type: nativeEngine().binding.TF_ATTR_BOOL, value };
}
