/** The kinds of numbers in checkpoints, and what the lab computes with in their place. */

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

/** Half-precision (IEEE 754 binary16) numbers to single precision. */
export function fromHalf(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  const values = new Float32Array(words.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i];
    const sign = half & 0x8000;
    const exponent = half & 0x7c00;
    if (exponent === 0) {
      values[i] = (sign ? -1 : 1) * (half & 1023) * 2 ** -24; // 0 and what is below 2^-14
    } else {
      const rebase = exponent === 0x7c00 ? 0x70000000 : 0x38000000; // infinity stays infinity; exponent bias 15 to 127
      words[i] = (sign << 16) | (((half & 0x7fff) << 13) + rebase);
    }
  }
  return values;
}

/** bfloat16 numbers (the upper half of a single-precision number) to single precision. */
export function fromBfloat(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
  return new Float32Array(words.buffer);
}

/** Single to half precision, rounded to the nearest, ties to even; what is too large becomes infinite. */
export function toHalf(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const result = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) result[i] = halfOf(words[i]);
  return result;
}

/** The bytes in a buffer that holds nothing else, so that wider numbers may be read from its start. */
function alone(bytes: Uint8Array): ArrayBuffer {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return (whole ? bytes : bytes.slice()).buffer as ArrayBuffer;
}

function halfOf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and above round to infinity
  if (magnitude >= 0x38800000) {
    const rebased = magnitude - 0x38000000; // exponent bias 127 to 15
    return sign | roundShift(rebased, 13);
  }
  const shift = 126 - (magnitude >>> 23); // below 2^-14: a multiple of 2^-24
  if (shift > 24) return sign;
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, shift);
}

/** value / 2^shift, rounded to the nearest, ties to even. */
function roundShift(value: number, shift: number): number {
  const half = 2 ** (shift - 1);
  const rest = value & (2 ** shift - 1);
  const whole = value >>> shift;
  return rest > half || (rest === half && whole & 1) ? whole + 1 : whole;
}
