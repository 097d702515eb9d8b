import type { OnProgress } from "../jobs/progress";

export interface FetchOptions {
  /** Bytes that are here of a file; the total is NaN where the server does not tell. */
  onProgress?: OnProgress<string>;
  /** Stops the work, which then throws the signal's reason. */
  signal?: AbortSignal;
}

/**
 * A file from a web server, whole and in memory.
 * @throws Error naming the address, and what came in its place; the signal's reason
 */
export async function fetchFile(url: string, options: FetchOptions = {}): Promise<Uint8Array> {
  const bytes = await fetchIfThere(url, options);
  if (!bytes) throw new Error(`${url}: expected this file, found nothing there`);
  return bytes;
}

/**
 * `fetchFile` of a file that a server need not have.
 * @returns undefined when it has none; one that answers with a web page has none either
 */
export async function fetchIfThere(
  url: string,
  { onProgress, signal }: FetchOptions = {},
): Promise<Uint8Array | undefined> {
  const isPage = (answer: Response) => /^text\/html\b/.test(answer.headers.get("content-type") ?? "");
  try {
    const answer = await fetch(url, { signal });
    if (answer.status === 404 || (answer.ok && isPage(answer))) {
      await answer.body?.cancel();
      return undefined;
    }
    if (!answer.ok) throw new Error(`HTTP ${answer.status} ${answer.statusText}`.trim());
    return await readAll(answer, (done, total) =>
      onProgress?.(done, total ?? Number.NaN, url.slice(url.lastIndexOf("/") + 1)),
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`${url}: expected this file, found ${(error as Error).message}`, { cause: error });
  }
}

async function readAll(
  answer: Response,
  onBytes: (done: number, total: number | undefined) => void,
): Promise<Uint8Array> {
  const isPacked = answer.headers.has("content-encoding"); // its length is then that of the packed bytes
  const stated = isPacked ? null : answer.headers.get("content-length");
  const total = stated === null ? undefined : Number(stated);
  const parts: Uint8Array[] = [];
  let done = 0;
  const reader = answer.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) break;
    parts.push(next.value);
    done += next.value.length;
    onBytes(done, total);
  }
  if (total !== undefined && done !== total) throw new Error(`${done} of ${total} bytes`);
  const bytes = new Uint8Array(done);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
