import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Do something while no other process, on this machine or another with the same disk, does something under the same lock: what takes
 * milliseconds, since the others stand still meanwhile.
 * @param path of a file that is there for as long as the lock is held
 * @param lostAfter milliseconds after which a lock that has not changed hands is taken to be left by a process that was killed
 * @throws Error of the file system; what `run` throws
 */
export function withLock<T>(path: string, run: () => T, { lostAfter = 10_000 } = {}): T {
  const own = randomUUID();
  let holder = "";
  for (let since = Date.now(); !take(path, own); pause()) {
    const other = holderOf(path);
    if (other !== holder) [holder, since] = [other, Date.now()];
    if (holder !== "" && Date.now() - since > lostAfter) breakLock(path, holder);
  }
  try {
    return run();
  } finally {
    if (holderOf(path) === own) rmSync(path, { force: true });
  }
}

/** @returns whether the file was not there, and now is */
function take(path: string, own: string): boolean {
  try {
    writeFileSync(path, own, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Who holds the lock, "nobody" for one who was killed before saying so; empty when it is free. */
function holderOf(path: string): string {
  try {
    return readFileSync(path, "utf8") || "nobody";
  } catch {
    return "";
  }
}

/** Take the lock from someone who is lost; not from another who may have got it just now. */
function breakLock(path: string, holder: string): void {
  const aside = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    renameSync(path, aside);
    if (holderOf(aside) !== holder) linkSync(aside, path);
  } catch {} // somebody else was as fast
  rmSync(aside, { force: true });
}

/** Some milliseconds, not the same for all who wait. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + 9 * Math.random());
}
