import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

/** PyTorch's transformers and scikit-learn, in a process that does what it is told, one thing at a time. */
export interface Reference {
  /** Versions, and the threads PyTorch uses. */
  facts: Record<string, string | number>;
  /**
   * Do one thing of reference.py.
   * @returns its milliseconds; 0 where it only prepares
   * @throws Error with what Python said
   */
  ask(op: string, parameters: Record<string, unknown>): Promise<number>;
  close(): void;
}

interface Answer {
  facts?: Record<string, string | number>;
  ms?: number | null;
  error?: string;
}

/**
 * Start the reference: the interpreter that SMITIN_PYTHON names, else python3 on the PATH.
 * @returns the reference, or in words why there is none
 */
export async function startReference(): Promise<Reference | string> {
  const python = process.env.SMITIN_PYTHON || "python3";
  const child = spawn(python, [join(__dirname, "reference.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const failed = new Promise<Answer>((done) => {
    child.once("error", () => done({ error: "no such program" }));
    child.once("exit", (code) => done({ error: `it ended with code ${code}` }));
  });
  const lines = createInterface({ input: child.stdout });
  const { facts, error } = await Promise.race([nextAnswer(lines), failed]);
  if (!facts) {
    lines.close();
    child.kill();
    return `${process.env.SMITIN_PYTHON ? "SMITIN_PYTHON" : "python3"}: ${error}`;
  }
  return {
    facts,
    async ask(op, parameters) {
      const answer = nextAnswer(lines);
      child.stdin.write(`${JSON.stringify({ op, ...parameters })}\n`);
      const { ms, error } = await Promise.race([answer, failed]);
      if (error) throw new Error(`reference.py, ${op}: ${error}`);
      return ms ?? 0;
    },
    close: () => end(child, lines),
  };
}

/** A configuration in Python's spelling: numHiddenLayers -> num_hidden_layers. */
export function snakeCase(config: object): Record<string, unknown> {
  const spelled = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [spelled(key), value]));
}

function nextAnswer(lines: Interface): Promise<Answer> {
  return new Promise((done) => lines.once("line", (line) => done(JSON.parse(line) as Answer)));
}

function end(child: ChildProcess, lines: Interface): void {
  child.stdin?.end();
  lines.close();
}
