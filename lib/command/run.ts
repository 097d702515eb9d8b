import { join, parse, resolve } from "node:path";
import { describeFailure, runToPage, writePage } from "../kernel/headless/runToPage";
import { checkOutputs } from "./output";

interface RunOptions {
  out: string;
  allowErrors?: boolean;
  timeout?: number;
}

/** `smitin run` */
export async function run(path: string, { out, allowErrors, timeout }: RunOptions): Promise<void> {
  const done = await runToPage(path, out, { allowErrors, timeoutSeconds: timeout });
  process.stdout.write(
    `\n${done.cells} cells in ${done.seconds.toFixed(0)} s; with their outputs: ${done.executedPath}\n`,
  );
  tellPage(done.pagePath);
  if (!done.ok) throw new Error(describeFailure(done));
}

/** `smitin render` */
export function render(path: string, options: { out?: string }): void {
  const { dir, name } = parse(path);
  const { out = join(dir, `${name}.html`) } = options;
  checkOutputs(out);
  writePage(path, out);
  tellPage(resolve(out));
}

/** The page's path is the last line, by itself. */
function tellPage(path: string): void {
  process.stdout.write(`A page for any browser, without Jupyter and without a network:\n${path}\n`);
}
