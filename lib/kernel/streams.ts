import { StringDecoder } from "node:string_decoder";

type StreamName = "stdout" | "stderr";
type Write = typeof process.stdout.write;

/** Milliseconds for which printed text may wait for more, and the length at which it does not. */
const delay = 50;
const enough = 65536;

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
  let last = 0;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    last = Date.now();
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
      if (waiting.length > enough || Date.now() - last > delay) flush();
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
