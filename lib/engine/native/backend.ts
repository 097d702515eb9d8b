import type { tf } from "../tf";

/** The parts of tfjs-node's backend (nodejs_kernel_backend.ts) through which its kernels do all they do. */
export interface NativeBackend {
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
  executeSingleOutput(op: string, attributes: OperationAttribute[], inputs: tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: OperationAttribute[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
  loadSavedModelMetaGraph(path: string, tags: string): number;
  deleteSavedModel(session: number): void;
}

export interface OperationAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** An operation's attribute of TensorFlow's kind "type". */
export function typeAttribute(backend: NativeBackend, name: string, dtype: tf.DataType): OperationAttribute {
  return { name, type: backend.binding.TF_ATTR_TYPE, value: backend.getDTypeInteger(dtype) };
}

/** An operation's attribute that is true or false. */
export function flagAttribute({ binding }: NativeBackend, name: string, value: boolean): OperationAttribute {
  return { name, type: binding.TF_ATTR_BOOL, value };
}
