import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type KernelClient, startKernelClient } from "./client";

describe("errors and functions as a reader sees them", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "traceback-")));
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient(folder);
  });
  after(async () => {
    await kernel.close();
    rmSync(folder, { recursive: true });
  });

  /** The traceback's lines but the excerpt's, with the cell's number as N. */
  async function traceback(code: string): Promise<string[]> {
    const { content } = (await kernel.execute(code)).reply;
    const lines = (content.traceback as string[]).filter((line) => !/^[ >] +\d* *\|/.test(line));
    return lines.map((line) => line.replaceAll(`cell ${content.execution_count},`, "cell N,"));
  }

  test("a frame stands once: none of what runs the cell, one line for recursion, a cause without its error's frames", async () => {
    const deep =
      'function deep(n: number): number {\n  if (n === 0) throw new Error("down");\n  return deep(n - 1);\n}\n';
    assert.deepEqual(await traceback(`${deep}deep(20);`), [
      "Error: down",
      "    at deep (cell N, line 2)",
      "    at deep (cell N, line 3), 20 times",
      "    at cell N, line 5",
    ]);
    const outer =
      'function inner() { throw new Error("a"); }\n' +
      'function outer() {\n  try {\n    inner();\n  } catch (cause) {\n    throw new Error("b", { cause });\n  }\n}\n';
    assert.deepEqual(await traceback(`${outer}outer();`), [
      "Error: b",
      "    at outer (cell N, line 6)",
      "    at cell N, line 9",
      "caused by Error: a",
      "    at inner (cell N, line 1)",
      "    at outer (cell N, line 4)",
    ]);
    const circle = 'const e: Error = new Error("round");\ne.cause = e;\nthrow e;';
    assert.deepEqual(await traceback(circle), ["Error: round", "    at cell N, line 1"]);
    const several =
      'await Promise.any([Promise.reject(new Error("one")), Promise.reject(new TypeError("two"))]);';
    assert.deepEqual(await traceback(several), [
      "AggregateError: All promises were rejected",
      "one of them: Error: one",
      "    at cell N, line 1",
      "one of them: TypeError: two",
      "    at cell N, line 1",
    ]);
  });

  test("an error that is shown or printed has the frames of a traceback, too", async () => {
    const kept = 'const kept = Object.assign(new Error("kept"), { code: 7 });\nkept';
    const { published, reply } = await kernel.execute(kept);
    const where = `at cell ${reply.content.execution_count}, line 1`;
    const { data } = published.at(-1)!.content as { data: Record<string, string> };
    assert.equal(data["text/plain"], `Error: kept\n    ${where} {\n  code: 7\n}`);
    assert.equal(await kernel.value("[kept]"), `[\n  Error: kept\n      ${where} {\n    code: 7\n  }\n]`);
    const printed = await kernel.execute("console.log(kept);");
    assert.equal(printed.published.at(-1)!.content.text, `Error: kept\n    ${where} {\n  code: 7\n}\n`);
  });

  test("a module that is missing is named with what brings it", async () => {
    const hint = `Cannot find module 'fftw': it is installed by \`!npm install fftw\` in a cell, or \`npm install fftw\` in ${folder}.`;
    const checked = (await kernel.execute('import fft from "fftw";')).reply.content;
    assert.equal(checked.evalue, `line 1: ${hint}`);
    for (const code of ['require("fftw");', 'await import(["fftw"].join(""));']) {
      const { evalue, traceback } = (await kernel.execute(code)).reply.content;
      assert.equal(evalue, hint);
      assert.match((traceback as string[])[1], /cell \d+, line 1/);
    }
  });

  test("a function shows its name, or that it has none; null is shown and undefined is not", async () => {
    const shown: [code: string, text: string][] = [
      ["function named() {}\nnamed", "[Function: named]"],
      ["const kept = () => {};\nkept", "[Function: kept]"],
      ["Math.max", "[Function: max]"],
      ["(x: number) => x", "[Function (anonymous)]"],
      ["async () => {}", "[AsyncFunction (anonymous)]"],
      ["(class {})", "[class (anonymous)]"],
      ["null", "null"],
    ];
    for (const [code, text] of shown) assert.equal(await kernel.value(code), text, code);
    const { published } = await kernel.execute("undefined");
    assert.deepEqual(
      published.map(({ type }) => type),
      ["execute_input"],
    );
  });
});
