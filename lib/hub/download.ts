import { createHash, type Hash } from "node:crypto";
import { constants, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stopper } from "../jobs/interruption";

/** A file to be fetched, and what its bytes must add up to. */
export interface RemoteFile {
  /** For messages. */
  name: string;
  /** Bytes. */
  size: number;
  /** `sha256` of the bytes (large files), or git's object id: SHA-1 of the bytes behind a git header. */
  checksum: { kind: "sha256" | "git"; value: string };
}

/** The bytes from `offset` to the end. */
export type Source = (offset: number) => Promise<ReadableStream<Uint8Array>>;

export interface DownloadOptions {
  /** Called with the bytes that are here. */
  onBytes?(done: number): void;
  signal?: AbortSignal;
  /** Tries in a row that may bring nothing; default 5. */
  tries?: number;
  /** Milliseconds before the second such try, doubled each time; default 1000. */
  delay?: number;
}

/** An answer that another try would only repeat. */
export class FinalError extends Error {}

/**
 * Fetch a file whole and checked, or not at all. What has come stays in `<path>.incomplete`; after a dropped connection,
 * or in a later call or another program's, the rest is fetched. Several processes may fetch one file: each writes the
 * same bytes at the same places.
 * @throws FinalError from `source` at once; Error when the connection keeps failing, saying how much is here, or when
 *   the bytes do not add up to the checksum; the draft is then removed
 */
export async function download(
  file: RemoteFile,
  source: Source,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const draft = `${path}.incomplete`;
  mkdirSync(dirname(path), { recursive: true });
  for (const isLast of [false, true]) {
    const { found, isJoined } = await fetchDraft(file, source, draft, options);
    if (found === file.checksum.value) return settle(draft, path);
    rmSync(draft, { force: true });
    if (isJoined && !isLast) continue; // what was here before, or the joint, may be at fault
    const kind = file.checksum.kind === "git" ? "git's id" : "SHA-256";
    throw new Error(
      `${file.name}: expected ${kind} ${file.checksum.value}, found ${found}: damaged on the way, and removed; try again`,
    );
  }
}

/** The finished draft takes its name. */
function settle(draft: string, path: string): void {
  try {
    renameSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error; // else another process was as fast
  }
}

/**
 * Bring the draft to its full size.
 * @returns the checksum found, and whether the bytes came in several pieces
 */
async function fetchDraft(
  file: RemoteFile,
  source: Source,
  draft: string,
  options: DownloadOptions,
): Promise<{ found: string; isJoined: boolean }> {
  const handle = await open(draft, constants.O_RDWR | constants.O_CREAT);
  try {
    const here = (await handle.stat()).size;
    const hash = file.checksum.kind === "git" ? createHash("sha1") : createHash("sha256");
    if (file.checksum.kind === "git") hash.update(`blob ${file.size}\0`);
    // By the handle: another process may have given the draft its name by now.
    if (here > 0)
      for await (const chunk of handle.createReadStream({ start: 0, autoClose: false })) hash.update(chunk);
    const state: State = { handle, hash, done: here, isJoined: here > 0 };
    options.onBytes?.(Math.min(here, file.size));
    await complete(file, source, state, options);
    const found = state.done > file.size ? `more than ${file.size} bytes` : hash.digest("hex");
    return { found, isJoined: state.isJoined };
  } finally {
    await handle.close();
  }
}

interface State {
  handle: FileHandle;
  hash: Hash;
  /** Bytes written and hashed. */
  done: number;
  /** The bytes came in several pieces. */
  isJoined: boolean;
}

async function complete(
  file: RemoteFile,
  source: Source,
  state: State,
  options: DownloadOptions,
): Promise<void> {
  const { tries = 5, delay = 1000, signal } = options;
  const check = stopper(signal);
  let failures = 0;
  while (state.done < file.size) {
    const before = state.done;
    try {
      await append(file, await source(before), state, check, options.onBytes);
      if (state.done < file.size) throw new Error("the connection closed early");
    } catch (error) {
      check();
      if (error instanceof FinalError) throw error;
      failures = state.done > before ? 1 : failures + 1;
      state.isJoined ||= state.done > 0;
      if (failures >= tries) {
        throw new Error(
          `${file.name}: ${megabytes(state.done)} of ${megabytes(file.size)} MB are here, then ${failures} tries brought no more (${reason(error)}); call again to go on from there`,
        );
      }
      await sleep(delay * 2 ** (failures - 1), undefined, { signal });
    }
  }
}

async function append(
  file: RemoteFile,
  stream: ReadableStream<Uint8Array>,
  state: State,
  check: () => void,
  onBytes: DownloadOptions["onBytes"],
): Promise<void> {
  const reader = stream.getReader();
  try {
    while (state.done <= file.size) {
      check();
      const { value, done } = await reader.read();
      if (done) return;
      await write(state, value);
      state.hash.update(value);
      state.done += value.length;
      onBytes?.(Math.min(state.done, file.size));
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A full disk is no fault of the connection. */
async function write({ handle, done }: State, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length; ) {
      at += (await handle.write(bytes, at, bytes.length - at, done + at)).bytesWritten;
    }
  } catch (error) {
    throw new FinalError((error as Error).message);
  }
}

/** The innermost cause of a failed request, in words. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause
    ? reason(error.cause)
    : error.message || (error as NodeJS.ErrnoException).code || error.name;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
