/** Say on stderr, in one line, what went wrong; where it came from too when DEBUG names smitin. */
export function report(error: unknown): void {
  const text = describe(error)
    .trim()
    .replace(/\s*\n\s*/g, " ");
  process.stderr.write(`smitin: ${text}\n`);
  const isDebugging = /\bsmitin\b/.test(process.env.DEBUG ?? "");
  if (isDebugging && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

/** What the file system says, in words. */
const fileTrouble: Record<string, string> = {
  ENOENT: "expected a file, found nothing there",
  EISDIR: "expected a file, found a folder",
  ENOTDIR: "expected a folder on the way there, found a file",
  EEXIST: "expected a folder, found a file",
  EACCES: "no permission to use it",
  ENOSPC: "no space left on the disk",
};

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  return path && code && fileTrouble[code] ? `${path}: ${fileTrouble[code]}` : error.message;
}
