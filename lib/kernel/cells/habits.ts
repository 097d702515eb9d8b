import { spawn } from "node:child_process";

/** A line that people know from IPython, and that is no TypeScript. */
export type Habit =
  /** `!ls`: a shell's commands, one a line */
  | { shell: string[] }
  /** `?name`, `name?`: what is known of it */
  | { about: string }
  /** `%time ...`: the rest, of the same length, and how long it takes */
  | { timed: string }
  /** what is done otherwise here, in one sentence */
  | { hint: string };

/**
 * What a cell means that begins as IPython's do; undefined if it doesn't. A line such as `!ready` may be TypeScript: that is
 * for the compiler to say first.
 */
export function habitOf(source: string): Habit | undefined {
  const text = source.trim();
  const lines = text.split("\n").map((line) => line.trim());
  if (lines.every((line) => line.startsWith("!"))) return { shell: lines.map((line) => line.slice(1)) };
  const asked = /^\?{1,2}\s*([\w$.]+)$/.exec(text) ?? /^([\w$.]+)\s*\?{1,2}$/.exec(text);
  if (asked) return { about: asked[1] };
  const timed = /^\s*%%?time\b/.exec(source);
  if (timed) return { timed: " ".repeat(timed[0].length) + source.slice(timed[0].length) };
  const install = lines.find((line) => /^(npm|pnpm|yarn|pip3?|conda) \w/.test(line));
  if (install) {
    const way = install.startsWith("npm ") ? install : "npm install NAME";
    return { hint: `a shell's command begins with "!" here: !${way}` };
  }
  const magic = lines.find((line) => /^%{1,2}\w/.test(line))?.split(" ")[0];
  if (!magic) return undefined;
  return { hint: `${magic} is IPython's; here there are %time, !command and ?name, all else is TypeScript` };
}

/** The error of a cell that can't be understood, or does not know what it asks for. */
export function notTypeScript(message: string): Error {
  return Object.assign(new Error(message), { name: "NotTypeScript" });
}

/**
 * Run a shell's command, its output in the cell.
 * @param signal ends it
 * @throws Error when it ends with another code than 0
 */
export async function runShell(command: string, folder: string, signal: AbortSignal): Promise<void> {
  const child = spawn(command, {
    shell: true,
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    signal,
    env: { ...process.env, FORCE_COLOR: "0" },
  });
  child.stdout.on("data", (bytes) => process.stdout.write(bytes));
  child.stderr.on("data", (bytes) => process.stderr.write(bytes));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0)
    throw Object.assign(new Error(`${command}: ended with ${code ?? "a signal"}`), { name: "CommandFailed" });
}
