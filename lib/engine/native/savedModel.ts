/**
 * A TensorFlow graph as a SavedModel file: the few messages and fields of its protocol buffers that a graph without
 * variables needs. Field numbers: tensorflow/core/protobuf/{saved_model,meta_graph}.proto and
 * tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape,versions}.proto.
 */

/** One operation of a graph, by TensorFlow's name. */
export interface GraphNode {
  name: string;
  op: string;
  /** `name` of a node for its first output, `name:1` for its second, ... */
  inputs: string[];
  attributes: Record<string, Attribute>;
}

/** The value of an attribute; types are TensorFlow's numbers for them (1: float32, 3: int32, 10: bool). */
export type Attribute =
  | { type: number }
  | { int: number }
  | { float: number }
  | { bool: boolean }
  | { tensor: { type: number; shape: number[]; bytes: Uint8Array } };

/** What the file calls its only graph. */
export const graphTag = "serve";

/** The graph's operations mean what they meant in TensorFlow 2.9, the release that tfjs-node is written for. */
const producer = 1087;

/** @returns the content of `saved_model.pb` */
export function encodeSavedModel(nodes: GraphNode[]): Uint8Array {
  const graph = message(...nodes.map((node) => bytes(1, encodeNode(node))), bytes(4, int(1, producer)));
  const metaGraph = message(bytes(1, text(4, graphTag)), bytes(2, graph));
  return message(int(1, 1), bytes(2, metaGraph)); // version 1 of the file's schema
}

function encodeNode({ name, op, inputs, attributes }: GraphNode): Uint8Array {
  return message(
    text(1, name),
    text(2, op),
    ...inputs.map((input) => text(3, input)),
    ...Object.entries(attributes).map(([key, value]) =>
      bytes(5, message(text(1, key), bytes(2, encodeAttribute(value)))),
    ),
  );
}

function encodeAttribute(value: Attribute): Uint8Array {
  if ("int" in value) return int(3, value.int);
  if ("float" in value) return float(4, value.float);
  if ("bool" in value) return int(5, Number(value.bool));
  if ("type" in value) return int(6, value.type);
  const { type, shape, bytes: content } = value.tensor;
  const dimensions = shape.map((size) => bytes(2, int(1, size)));
  return bytes(8, message(int(1, type), bytes(2, message(...dimensions)), bytes(4, content)));
}

/** The wire format: every field is its number and kind, then its value. */
const kinds = { varint: 0, bytes: 2, fixed32: 5 };

function message(...fields: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(fields.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const field of fields) {
    all.set(field, at);
    at += field.length;
  }
  return all;
}

function bytes(field: number, content: Uint8Array): Uint8Array {
  return message(key(field, kinds.bytes), varint(content.length), content);
}

function text(field: number, content: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(content));
}

function int(field: number, value: number): Uint8Array {
  return message(key(field, kinds.varint), varint(value));
}

function float(field: number, value: number): Uint8Array {
  return message(key(field, kinds.fixed32), new Uint8Array(Float32Array.of(value).buffer));
}

function key(field: number, kind: number): Uint8Array {
  return varint(field * 8 + kind);
}

/** Seven bits a byte, the lowest first; a negative number as its 64 bits. */
function varint(value: number): Uint8Array {
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    digits.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...digits, Number(rest)]);
}
