import { sha256 as createSha256 } from "@noble/hashes/sha2";
import { bytesToHex } from "@noble/hashes/utils";

/** The first 64 bits of the SHA-256 of texts and numbers, as 16 hexadecimal digits. */
export function hashOf(...parts: (string | Int32Array | Float32Array)[]): string {
  const text = new TextEncoder();
  const chunks = parts.flatMap((part) => {
    const bytes =
      typeof part === "string"
        ? text.encode(part)
        : new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    return [text.encode(`${bytes.length}:`), bytes];
  });
  return sha256(chunks).slice(0, 16);
}

/** SHA-256 of all chunks, one after the other, hexadecimal. The same in Node and in a browser. */
export function sha256(chunks: Iterable<Uint8Array>): string {
  const hash = createSha256.create();
  for (const chunk of chunks) hash.update(chunk);
  return bytesToHex(hash.digest());
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
  return typeof value === "object" || typeof value === "function"
    ? `a ${typeof value}${typeof value === "function" ? " that has no data" : ""}`
    : String(value);
}
