import { existsSync, readFileSync, statSync } from "node:fs";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { tf } from "../../lib/engine";

/**
 * Everything a training needs to go on where it stopped: named variables and the step, as one file of
 * a JSON header line and raw little-endian float32 data.
 */
export function saveState(path: string, step: number, variables: Map<string, tf.Tensor>): void {
  const entries = [...variables].map(([name, tensor]) => ({ name, size: tensor.size }));
  const header = Buffer.from(`${JSON.stringify({ step, entries })}\n`);
  const data = [...variables.values()].map((tensor) =>
    Buffer.from((tensor.dataSync() as Float32Array).slice().buffer),
  );
  writeAtomically(path, Buffer.concat([header, ...data]));
}

/**
 * Read a state back into its variables.
 * @param only read just these; without it the file must hold exactly the variables
 * @returns the step, or 0 when there is no such file
 * @throws Error when the file was made by a network of another shape, or is cut off
 */
export function loadState(path: string, variables: Map<string, tf.Variable>, only?: string[]): number {
  if (!existsSync(path)) return 0;
  const bytes = readFileSync(path);
  const end = bytes.indexOf(10);
  const { step, entries } = JSON.parse(bytes.subarray(0, end).toString()) as {
    step: number;
    entries: { name: string; size: number }[];
  };
  const expected = end + 1 + 4 * entries.reduce((sum, entry) => sum + entry.size, 0);
  if (expected !== statSync(path).size)
    throw new Error(`${path}: expected ${expected} bytes, found ${bytes.length}`);
  let offset = end + 1;
  for (const { name, size } of entries) {
    const start = offset;
    offset += 4 * size;
    if (only && !only.includes(name)) continue;
    const variable = variables.get(name);
    if (variable?.size !== size)
      throw new Error(`${path}: ${name} has ${size} values, expected ${variable?.size ?? "no such tensor"}`);
    const values = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + start + 4 * size),
    );
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  return step;
}
