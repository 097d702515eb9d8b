import { bytesOf } from "./comm";

type Json = Record<string, unknown>;
export type BufferPath = (string | number)[];

/** A state without its bytes, these, and where they belong: left out of objects, null in arrays. */
export function splitBuffers(state: Json): { data: Json; paths: BufferPath[]; buffers: Uint8Array[] } {
  const paths: BufferPath[] = [];
  const buffers: Uint8Array[] = [];
  const strip = (value: unknown, path: BufferPath): unknown => {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      paths.push(path);
      buffers.push(bytesOf(value));
      return undefined;
    }
    if (Array.isArray(value)) return value.map((each, i) => strip(each, [...path, i]) ?? null);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, strip(each, [...path, key])]));
  };
  return { data: strip(state, []) as Json, paths, buffers };
}

/** Put bytes in their places in a message's state. */
export function putBuffers(state: Json, paths: BufferPath[], buffers: Uint8Array[]): Json {
  for (const [i, path] of paths.entries()) {
    let at: Record<string | number, unknown> = state;
    for (const step of path.slice(0, -1)) {
      at[step] ??= {};
      at = at[step] as Json;
    }
    at[path[path.length - 1]] = buffers[i];
  }
  return state;
}
