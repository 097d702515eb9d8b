import type { RandomAccessFile } from "../../files/file";
import { parseObject } from "../../files/json";
import { bytesOf, type Dtype, decodeFloats, decodeIntegers, toHalf } from "./dtype";
import { repeatedKey } from "./repeatedKey";

/** An open safetensors file: its table is checked and in memory, its tensors are read one by one. */
export interface WeightFile {
  name: string;
  metadata: Record<string, string>;
  names(): string[];
  has(name: string): boolean;
  shape(name: string): number[];
  dtype(name: string): Dtype;
  /** A tensor of floats (F64, F32, F16, BF16) as single precision. */
  read(name: string): Float32Array;
  /** A tensor of integers (I64, I32, U8, ...). */
  readIntegers(name: string): Int32Array;
  /** A tensor's bytes as they are in the file. */
  readBytes(name: string): Uint8Array;
}

/** Tensors to be written: floats, or integers (written as I32). */
export type TensorData = { shape: number[]; data: Float32Array | Int32Array };

interface Entry {
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

/** As in the reference implementation (the Rust crate safetensors). */
const longestHeader = 100_000_000;

/**
 * Open a safetensors file: a little-endian 64-bit length, a JSON header of that length, the tensors' bytes.
 * Like the reference implementation it demands that the tensors cover the rest of the file, without gap or overlap.
 * @throws Error naming the file, what was expected and what was found, for any file that is not exactly that
 */
export function openSafetensors(file: RandomAccessFile): WeightFile {
  const { entries, metadata, start } = readHeader(file);
  const entry = (name: string): Entry => {
    const found = entries.get(name);
    if (!found) throw new Error(`${file.name}: expected a tensor ${name}, found none of that name`);
    return found;
  };
  const bytes = (name: string) => {
    const { begin, end } = entry(name);
    return file.read(start + begin, end - begin);
  };
  return {
    name: file.name,
    metadata,
    names: () => [...entries.keys()],
    has: (name) => entries.has(name),
    shape: (name) => [...entry(name).shape],
    dtype: (name) => entry(name).dtype,
    readBytes: bytes,
    read: (name) => {
      const values = decodeFloats(entry(name).dtype, bytes(name));
      if (!values)
        throw new Error(`${file.name}: ${name}: expected F32, F16 or BF16, found ${entry(name).dtype}`);
      return values;
    },
    readIntegers: (name) => {
      const values = decodeIntegers(entry(name).dtype, bytes(name));
      if (!values) throw new Error(`${file.name}: ${name}: expected integers, found ${entry(name).dtype}`);
      return values;
    },
  };
}

/**
 * The bytes of a safetensors file holding `tensors`, in the order given.
 * @param options.dtype how floats are kept: F32 (default), or F16, rounded to the nearest, ties to even
 * @throws RangeError when a shape does not match its data, or a finite value is too large for F16
 */
export function encodeSafetensors(
  tensors: Record<string, TensorData>,
  options: { dtype?: "F32" | "F16"; metadata?: Record<string, string> } = {},
): Uint8Array {
  const { dtype = "F32", metadata } = options;
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const count = shape.reduce((a, b) => a * b, 1);
    if (count !== data.length) {
      throw new RangeError(`${name}: shape [${shape}] expects ${count} numbers, found ${data.length}`);
    }
    const stored = data instanceof Int32Array ? data : dtype === "F16" ? checkedHalf(name, data) : data;
    const part = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    header[name] = {
      dtype: data instanceof Int32Array ? "I32" : dtype,
      shape,
      data_offsets: [offset, offset + part.length],
    };
    offset += part.length;
    parts.push(part);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + offset).fill(32, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  let position = 8 + padded;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

function readHeader(file: RandomAccessFile) {
  const bad = (message: string) => new Error(`${file.name}: not a safetensors file: ${message}`);
  if (file.size < 8) throw bad(`expected at least 8 bytes, found ${file.size}`);
  const length = new DataView(file.read(0, 8).buffer).getBigUint64(0, true);
  if (length > BigInt(file.size - 8)) {
    throw bad(`its header claims ${length} bytes, the file has ${file.size - 8} after the first 8`);
  }
  if (length > BigInt(longestHeader))
    throw bad(`expected a header of at most ${longestHeader} bytes, found ${length}`);
  const start = 8 + Number(length);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(file.read(8, Number(length)));
  } catch {
    throw bad("expected a header in UTF-8, found other bytes");
  }
  const table = parseObject(text, `${file.name}: header`);
  const twice = repeatedKey(text);
  if (twice !== undefined) throw bad(`${twice} stands twice in its header`);
  const metadata = readMetadata(table.__metadata__, bad);
  const entries = new Map<string, Entry>();
  for (const [name, value] of Object.entries(table)) {
    if (name !== "__metadata__") entries.set(name, readEntry(name, value, file.size - start, bad));
  }
  checkCover(entries, file.size - start, bad);
  return { entries, metadata, start };
}

type Complaint = (message: string) => Error;

function readMetadata(value: unknown, bad: Complaint): Record<string, string> {
  if (value === undefined || value === null) return {};
  const texts = typeof value === "object" && Object.values(value).every((text) => typeof text === "string");
  if (!texts || Array.isArray(value)) throw bad("expected __metadata__ to map names to texts");
  return value as Record<string, string>;
}

function readEntry(name: string, value: unknown, available: number, bad: Complaint): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== "string" || !Object.hasOwn(bytesOf, dtype)) {
    throw bad(
      `${name}: expected a dtype of ${Object.keys(bytesOf).join(", ")}, found ${JSON.stringify(dtype)}`,
    );
  }
  if (!isSizes(shape))
    throw bad(`${name}: expected a shape of whole numbers, found ${JSON.stringify(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw bad(`${name}: expected data_offsets [begin, end], found ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets;
  if (begin > end || end > available) {
    throw bad(`${name}: expected data_offsets within 0 ... ${available}, found [${begin}, ${end}]`);
  }
  const expected = shape.reduce((a, b) => a * BigInt(b), BigInt(bytesOf[dtype as Dtype]));
  if (expected !== BigInt(end - begin)) {
    throw bad(`${name}: ${dtype} [${shape.join(", ")}] expects ${expected} bytes, found ${end - begin}`);
  }
  return { dtype: dtype as Dtype, shape, begin, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function checkCover(entries: Map<string, Entry>, available: number, bad: Complaint): void {
  let covered = 0;
  for (const [name, { begin, end }] of [...entries].sort(
    ([, a], [, b]) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin < covered)
      throw bad(`${name} at ${begin} overlaps the tensor before it, which ends at ${covered}`);
    if (begin > covered)
      throw bad(`expected a tensor at ${covered}, found the next one (${name}) at ${begin}`);
    covered = end;
  }
  if (covered !== available) throw bad(`expected its tensors to fill ${available} bytes, found ${covered}`);
}

function checkedHalf(name: string, values: Float32Array): Uint16Array {
  const halves = toHalf(values);
  const lost = halves.findIndex((bits, i) => (bits & 0x7fff) === 0x7c00 && Number.isFinite(values[i]));
  if (lost >= 0)
    throw new RangeError(`${name}: expected numbers that fit F16 (65504), found ${values[lost]}`);
  return halves;
}
