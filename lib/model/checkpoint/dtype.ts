import { fromBfloat, fromHalf } from "./halffloat";

/** Bytes of one number of each kind that safetensors knows. */
export const bytesOf = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};
export type Dtype = keyof typeof bytesOf;

/** Little-endian numbers of a floating-point kind as single precision; undefined for any other kind. */
export function decodeFloats(dtype: Dtype, bytes: Uint8Array): Float32Array | undefined {
  const buffer = alone(bytes);
  switch (dtype) {
    case "F64":
      return Float32Array.from(new Float64Array(buffer));
    case "F32":
      return new Float32Array(buffer);
    case "F16":
      return fromHalf(new Uint16Array(buffer));
    case "BF16":
      return fromBfloat(new Uint16Array(buffer));
    default:
      return undefined;
  }
}

/** Little-endian numbers of an integer kind as 32-bit integers; undefined for any other kind. */
export function decodeIntegers(dtype: Dtype, bytes: Uint8Array): Int32Array | undefined {
  const buffer = alone(bytes);
  switch (dtype) {
    case "I64":
      return Int32Array.from(new BigInt64Array(buffer), Number);
    case "I32":
      return new Int32Array(buffer);
    case "I16":
      return Int32Array.from(new Int16Array(buffer));
    case "U16":
      return Int32Array.from(new Uint16Array(buffer));
    case "I8":
      return Int32Array.from(new Int8Array(buffer));
    case "U8":
    case "BOOL":
      return Int32Array.from(bytes);
    default:
      return undefined;
  }
}

/** The bytes in a buffer that holds nothing else, so that wider numbers may be read from its start. */
function alone(bytes: Uint8Array): ArrayBuffer {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return (whole ? bytes : bytes.slice()).buffer as ArrayBuffer;
}
