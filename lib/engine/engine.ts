import type { AttentionSize, Memory, TextAttention } from "./attention";
import type { tf } from "./tf";

/**
 * What the model needs of what computes it. Everything else it does with TensorFlow.js's own operations, which run on the same
 * backend. A new engine is a folder beside `plain`, `wasm` and `native`, and a line in the table of engines.ts.
 */
export interface Engine {
  /** What is recorded with results. Engines of one name round alike: "wasm", "cpu", "tensorflow", ... */
  readonly name: string;
  readonly device: Device;
  /** Bytes of weights that it has room for; Infinity where the machine's memory is the limit. */
  readonly weightBytes: number;
  /** How many threads share an operation, where that can be chosen: a number, or "one a core". */
  readonly threads?: string;
  /** @param values [columns, depth], as torch.nn.Linear keeps them; bias [columns] */
  createLinear(values: Float32Array, depth: number, columns: number, bias?: Float32Array): Linear;
  /** An empty memory. `positions`: how many it will have to hold, if known. */
  createMemory(size: AttentionSize, positions?: number): Memory;
  /**
   * A text to attend to.
   * @param keyValues [rows x tokens, 2 x hidden]
   * @param mask [rows][tokens]: 1 for what may be seen
   */
  createText(size: AttentionSize, keyValues: tf.Tensor2D, mask: number[][]): TextAttention;
  /** Bytes that one position takes in a memory of one row: its key and its value for every head. */
  positionBytes(size: Pick<AttentionSize, "heads" | "headDim">): number;
  /** Where it runs whole functions at once. */
  readonly graphs?: Graphs;
}

export type Device = "processor" | "graphics card";

/** A matrix to multiply from the left and what to add, in the form that its engine multiplies fastest. */
export interface Linear {
  /** activation(normalize?(x) W + b) + add. [rows, depth] -> [rows, columns] */
  apply(x: tf.Tensor2D, options?: LinearOptions): tf.Tensor2D;
  dispose(): void;
}

export interface LinearOptions {
  /** Normalise x first: LayerNorm, whose gain and bias are in the matrix. */
  normalize?: boolean;
  activation?: Activation;
  /** Added to the result; [rows, columns]. */
  add?: tf.Tensor2D;
}

/** What stands between the two matrices of an MLP, by Hugging Face's names. */
export type Activation = "none" | "gelu" | "gelu_new" | "relu";

export interface Graphs {
  /**
   * Run a function once, operation by operation, and record a graph of what it did. Tensors that it makes of numbers become
   * constants, numbers in shapes and sizes too; tensors that it found outside (weights) are fed at every call, at no cost, and
   * must live as long as the graph.
   * @param body gets stand-ins for the inputs; decides nothing by the numbers in them
   * @returns the graph, and what this first run gave
   */
  trace(
    inputs: tf.Tensor[],
    body: (inputs: tf.Tensor[]) => tf.Tensor[],
  ): { graph: Graph; outputs: tf.Tensor[] };
}

/** A traced function of tensors: one call of the engine instead of one an operation. */
export interface Graph {
  /** @param inputs as many as it was traced with; their shapes may differ where the body's operations allow it */
  run(inputs: tf.Tensor[]): tf.Tensor[];
  dispose(): void;
}

/** How an engine comes to be there. */
export interface EngineKind {
  /** What TensorFlow.js calls its backend. */
  backend: string;
  /** Make the backend known to TensorFlow.js. @throws Error when something is missing, and what to do about it */
  load(options: StartOptions): void | Promise<void>;
  /** @param backend started */
  create(backend: tf.KernelBackend): Engine;
}

export interface StartOptions {
  /**
   * Where a page finds the wasm engine's files: the address of a folder that holds tfjs-backend-wasm*.wasm, or one address a
   * file. Default: beside the script. In Node.js they are found in their package.
   */
  wasmFiles?: string | Record<string, string>;
}
