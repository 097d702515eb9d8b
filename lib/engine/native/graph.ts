import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  type EngineAttribute,
  isNativeProcessor,
  type NativeEngine,
  nativeEngine,
  typeAttribute,
} from "./engine";
import { type Attribute, encodeSavedModel, type GraphNode, graphTag } from "./savedModel";

/** A traced function of tensors: one call of the engine instead of one an operation. */
export interface Graph {
  /** @param inputs as many as it was traced with; their shapes may differ where the body's operations allow it */
  run(inputs: tf.Tensor[]): tf.Tensor[];
  dispose(): void;
}

/**
 * True while the current engine runs graphs: TensorFlow on the processor. On a graphics card a graph's inputs would have to
 * cross the bus at every call, the weights too, so there operations run one by one.
 */
export function hasGraphs(): boolean {
  return isNativeProcessor();
}

/**
 * Run a function once, operation by operation, and record a graph of what it did: the native engine's operations are
 * TensorFlow's own, under their names, so each becomes one node. Tensors that the body makes of numbers become constants,
 * numbers in shapes and sizes too; tensors that it found outside (weights) are fed at every call, at no cost, and must live
 * as long as the graph.
 * @param body gets stand-ins for the inputs; decides nothing by the numbers in them
 * @returns the graph, and what this first run gave
 */
export function traceGraph(
  inputs: tf.Tensor[],
  body: (inputs: tf.Tensor[]) => tf.Tensor[],
): { graph: Graph; outputs: tf.Tensor[] } {
  const native = nativeEngine();
  const nodes: GraphNode[] = [];
  const references = new WeakMap<object, string>(); // dataId -> the node's output
  const numbers = new WeakSet<object>(); // dataIds of tensors made of numbers while recording
  const constants = new Map<string, string>(); // content -> the node's name
  const feeds: { name: string; from: number | tf.Tensor }[] = [];
  const isType = (type: number) => ({ T: { type } });

  function add(op: string, inputs: string[], attributes: Record<string, Attribute>): string {
    const name = `n${nodes.length}`;
    nodes.push({ name, op, inputs, attributes });
    return name;
  }

  function constant(tensor: tf.Tensor): string {
    const type = native.getDTypeInteger(tensor.dtype);
    const { buffer, byteOffset, byteLength } = native.readSync(tensor.dataId);
    const content = new Uint8Array(buffer, byteOffset, byteLength);
    const key = `${type} ${tensor.shape} ${content}`;
    const known = constants.get(key);
    if (known) return known;
    const value = { type, shape: tensor.shape, bytes: content };
    const name = add("Const", [], { dtype: { type }, value: { tensor: value } });
    constants.set(key, name);
    return name;
  }

  function feed(tensor: tf.Tensor, from: number | tf.Tensor): string {
    const name = add("Placeholder", [], { dtype: { type: native.getDTypeInteger(tensor.dtype) } });
    feeds.push({ name, from });
    return name;
  }

  function reference(tensor: tf.Tensor): string {
    const { dataId } = tensor;
    const index = standIns.findIndex((standIn) => standIn.dataId === dataId);
    const known =
      references.get(dataId) ??
      (numbers.has(dataId) ? constant(tensor) : feed(tensor, index < 0 ? tensor : index));
    references.set(dataId, known);
    return known;
  }

  function record(op: string, attributes: EngineAttribute[], from: tf.Tensor[], to: tf.Tensor[]): void {
    const known = attributes.map((attribute) => [attribute.name, attributeOf(op, attribute, native)]);
    const name = add(op, from.map(reference), Object.fromEntries(known));
    to.forEach((tensor, i) => void references.set(tensor.dataId, i === 0 ? name : `${name}:${i}`));
  }

  const standIns = inputs.map((input) =>
    native.executeSingleOutput("Identity", [typeAttribute("T", input.dtype)], [input]),
  );
  const outputs = recorded(native, numbers, record, () => body(standIns));
  const names = outputs.map((output) =>
    add("Identity", [reference(output)], isType(native.getDTypeInteger(output.dtype))),
  );
  tf.dispose(standIns);
  return { graph: load(native, nodes, feeds, names), outputs };
}

/** Run `body` while every operation of the engine and every tensor made of numbers is noted. */
function recorded<T>(
  native: NativeEngine,
  numbers: WeakSet<object>,
  record: (op: string, attributes: EngineAttribute[], from: tf.Tensor[], to: tf.Tensor[]) => void,
  body: () => T,
): T {
  const { write, executeSingleOutput, executeMultipleOutputs } = native;
  const hooks: Partial<NativeEngine> = {
    write(...values) {
      const dataId = write.apply(native, values);
      numbers.add(dataId);
      return dataId;
    },
    executeSingleOutput(op, attributes, inputs) {
      const output = executeSingleOutput.call(native, op, attributes, inputs);
      record(op, attributes, inputs, [output]);
      return output;
    },
    executeMultipleOutputs(op, attributes, inputs, count) {
      const outputs = executeMultipleOutputs.call(native, op, attributes, inputs, count);
      record(op, attributes, inputs, outputs);
      return outputs;
    },
  };
  Object.assign(native, hooks);
  try {
    return body();
  } finally {
    for (const name of Object.keys(hooks) as (keyof NativeEngine)[]) delete native[name]; // the class's own come back
  }
}

function attributeOf(
  op: string,
  { name, type, value }: EngineAttribute,
  { binding }: NativeEngine,
): Attribute {
  if (typeof value === "number" && type === binding.TF_ATTR_TYPE) return { type: value };
  if (typeof value === "number" && type === binding.TF_ATTR_INT) return { int: value };
  if (typeof value === "number" && type === binding.TF_ATTR_FLOAT) return { float: value };
  if (typeof value === "boolean" && type === binding.TF_ATTR_BOOL) return { bool: value };
  throw new Error(
    `graph: ${op}: expected a type, number or boolean as ${name}, found ${JSON.stringify(value)}`,
  );
}

/** The engine reads graphs from a folder alone; it is gone once this returns. */
function load(
  native: NativeEngine,
  nodes: GraphNode[],
  feeds: { name: string; from: number | tf.Tensor }[],
  names: string[],
): Graph {
  const folder = mkdtempSync(join(tmpdir(), "smitin-graph-"));
  let session: number;
  try {
    writeFileSync(join(folder, "saved_model.pb"), encodeSavedModel(nodes));
    session = native.loadSavedModelMetaGraph(folder, graphTag);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const port = (name: string) => `${name}:0`;
  const inputNames = feeds.map(({ name }) => port(name)).join();
  const outputNames = names.map(port).join();
  return {
    run(inputs) {
      const fed = feeds.map(({ from }) => (typeof from === "number" ? inputs[from] : from));
      const found = native.binding.runSavedModel(
        session,
        native.getInputTensorIds(fed),
        inputNames,
        outputNames,
      );
      return found.map((metadata) => native.createOutputTensor(metadata));
    },
    dispose: () => native.deleteSavedModel(session),
  };
}
