import { StringDecoder } from "node:string_decoder";

type StreamName = "stdout" | "stderr";
type Write = typeof process.stdout.write;

/**
 * Milliseconds for which printed text may wait for more, the length at which it does not, and how many pieces go at once
 * in that time: a cell may print a little and then be busy, and no timer would run.
 */
const delay = 50;
const enough = 65536;
const atOnce = 32;

export interface CapturedStreams {
  /** Hand over text that waits. */
  flush(): void;
  /** Give stdout and stderr back. */
  release(): void;
}

/** Take what the process prints; text of one stream arrives in large pieces, and the two streams keep their order. */
export function captureStreams(receive: (name: StreamName, text: string) => void): CapturedStreams {
  const originals = { stdout: process.stdout.write, stderr: process.stderr.write };
  let waiting = "";
  let of: StreamName = "stdout";
  let since = 0; // when the current pieces began to be counted
  let pieces = 0;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!waiting) return;
    const text = waiting;
    waiting = "";
    receive(of, text);
  }

  function writer(name: StreamName): Write {
    const decoder = new StringDecoder("utf8");
    return ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
      if (name !== of) flush();
      of = name;
      waiting += typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk));
      if (Date.now() - since > delay) {
        since = Date.now();
        pieces = 0;
      }
      if (waiting.length > enough || pieces++ < atOnce) flush();
      else timer ??= setTimeout(flush, delay);
      const callback = typeof encoding === "function" ? encoding : done;
      if (typeof callback === "function") process.nextTick(callback as () => void);
      return true;
    }) as Write;
  }

  const terminals = { stdout: process.stdout.isTTY, stderr: process.stderr.isTTY };
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = writer(name);
    process[name].isTTY = false; // whatever the process was started from, a notebook is no terminal
  }
  return {
    flush,
    release() {
      flush();
      for (const name of ["stdout", "stderr"] as const) {
        process[name].write = originals[name];
        process[name].isTTY = terminals[name];
      }
    },
  };
}
