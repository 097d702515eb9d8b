import type { Graph } from "../engine";
import { tf } from "../tf";
import { type NativeBackend, type OperationAttribute, typeAttribute } from "./backend";
import { type Attribute, encodeSavedModel, type GraphNode } from "./savedModel";

/** Makes a session of a graph. @param savedModel the content of `saved_model.pb`; returns the session's number */
export type SessionLoader = (native: NativeBackend, savedModel: Uint8Array) => number;

/** `Graphs.trace`: the native engine's operations are TensorFlow's own, under their names, so each becomes one node. */
export function traceGraph(
  native: NativeBackend,
  loadSession: SessionLoader,
  inputs: tf.Tensor[],
  body: (inputs: tf.Tensor[]) => tf.Tensor[],
): { graph: Graph; outputs: tf.Tensor[] } {
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

  function record(op: string, attributes: OperationAttribute[], from: tf.Tensor[], to: tf.Tensor[]): void {
    const known = attributes.map((attribute) => [attribute.name, attributeOf(op, attribute, native)]);
    const name = add(op, from.map(reference), Object.fromEntries(known));
    to.forEach((tensor, i) => void references.set(tensor.dataId, i === 0 ? name : `${name}:${i}`));
  }

  const standIns = inputs.map((input) =>
    native.executeSingleOutput("Identity", [typeAttribute(native, "T", input.dtype)], [input]),
  );
  const outputs = recorded(native, numbers, record, () => body(standIns));
  const names = outputs.map((output) =>
    add("Identity", [reference(output)], isType(native.getDTypeInteger(output.dtype))),
  );
  tf.dispose(standIns);
  const session = loadSession(native, encodeSavedModel(nodes));
  return { graph: graphOf(native, session, feeds, names), outputs };
}

/** Run `body` while every operation of the engine and every tensor made of numbers is noted. */
function recorded<T>(
  native: NativeBackend,
  numbers: WeakSet<object>,
  record: (op: string, attributes: OperationAttribute[], from: tf.Tensor[], to: tf.Tensor[]) => void,
  body: () => T,
): T {
  const { write, executeSingleOutput, executeMultipleOutputs } = native;
  const hooks: Partial<NativeBackend> = {
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
    for (const name of Object.keys(hooks) as (keyof NativeBackend)[]) delete native[name]; // the class's own come back
  }
}

function attributeOf(
  op: string,
  { name, type, value }: OperationAttribute,
  { binding }: NativeBackend,
): Attribute {
  if (typeof value === "number" && type === binding.TF_ATTR_TYPE) return { type: value };
  if (typeof value === "number" && type === binding.TF_ATTR_INT) return { int: value };
  if (typeof value === "number" && type === binding.TF_ATTR_FLOAT) return { float: value };
  if (typeof value === "boolean" && type === binding.TF_ATTR_BOOL) return { bool: value };
  throw new Error(
    `graph: ${op}: expected a type, number or boolean as ${name}, found ${JSON.stringify(value)}`,
  );
}

/** @param feeds what is fed to which node, an input by its index; names: the nodes that give the outputs */
function graphOf(
  native: NativeBackend,
  session: number,
  feeds: { name: string; from: number | tf.Tensor }[],
  names: string[],
): Graph {
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
