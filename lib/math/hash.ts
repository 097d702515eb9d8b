import { createHash } from "node:crypto";

/** The first 64 bits of the SHA-256 of texts and numbers, as 16 hexadecimal digits. */
export function hashOf(...parts: (string | Int32Array | Float32Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes =
      typeof part === "string"
        ? Buffer.from(part)
        : new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Plain data as JSON that does not depend on the order of fields; fields that are undefined are left out.
 * @param where what it is, for messages
 * @throws TypeError on a function, a number that is not finite, or anything else that JSON cannot hold
 */
export function plainJson(value: unknown, where: string): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item, i) => plainJson(item, `${where}[${i}]`)).join(",")}]`;
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const fields = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => `${JSON.stringify(name)}:${plainJson(item, `${where}.${name}`)}`);
    return `{${fields.join(",")}}`;
  }
  throw new TypeError(`${where}: expected plain data, which names a cell, found ${describe(value)}`);
}

function describe(value: unknown): string {
  return typeof value === "object" || typeof value === "function" ? `a ${typeof value}` : String(value);
}
