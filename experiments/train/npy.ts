/**
 * A NumPy array file (format 1.0) of whole numbers from 0, a byte each where all of them fit, else two: `numpy.load` maps it.
 * @param values row after row
 * @throws RangeError when the shape has not as many places as there are values
 */
export function encodeNpy(values: Uint8Array | Uint16Array, shape: number[]): Uint8Array {
  if (shape.reduce((product, size) => product * size, 1) !== values.length)
    throw new RangeError(`npy: expected ${shape.join(" x ")} values, found ${values.length}`);
  const type = values instanceof Uint8Array ? "|u1" : "<u2";
  const places = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const about = `{'descr': '${type}', 'fortran_order': False, 'shape': ${places}, }`;
  const length = Math.ceil((PREAMBLE + about.length + 1) / 64) * 64 - PREAMBLE; // the data begins at a multiple of 64
  const header = `${about.padEnd(length - 1)}\n`;
  const file = new Uint8Array(PREAMBLE + length + values.byteLength);
  file.set([0x93, ...[..."NUMPY"].map((letter) => letter.charCodeAt(0)), 1, 0, length & 255, length >> 8]);
  for (let i = 0; i < length; i++) file[PREAMBLE + i] = header.charCodeAt(i);
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), PREAMBLE + length);
  return file;
}

const PREAMBLE = 10;
