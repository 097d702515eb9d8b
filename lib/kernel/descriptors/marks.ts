import { writeSync } from "node:fs";

/** Where the process prints: by the numbers of descriptors. */
const printed = [1, 2];

/**
 * Marks what has been printed at descriptors 1 and 2 until now, so that whoever reads there knows what came before a message
 * that goes another way (`interleave`).
 * @param token unlike anything that is printed
 */
export function createMarks(token: string): { mark(): number } {
  let count = 0;
  return {
    mark() {
      count++;
      for (const descriptor of printed) writeWhole(descriptor, markText(token, count));
      return count;
    },
  };
}

/** A mark as it is printed. */
export function markText(token: string, count: number): string {
  return `\0${token}:${count}\0`;
}

function writeWhole(descriptor: number, text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(moment, 0, 0, 1); // full, and somebody has made it not wait by itself
    }
  }
}

const moment = new Int32Array(new SharedArrayBuffer(4));
