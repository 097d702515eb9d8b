import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type KernelClient, startKernelClient } from "./client";

const deep = (body: string) =>
  `/** Some lines\n * above. */\nexport const n: number = ${body};\n` +
  'export function fail(): never {\n  throw new RangeError("deep down");\n}\n' +
  "export async function failLater(): Promise<never> {\n  await null;\n  return fail();\n}\n";

describe("a kernel in a project of its own", () => {
  const home = mkdtempSync(join(tmpdir(), "project-"));
  const write = (path: string, text: string) => writeFileSync(join(home, path), text);
  let kernel: KernelClient;
  before(async () => {
    for (const folder of ["lib", "lib/parts", "notebooks/inner"])
      mkdirSync(join(home, folder), { recursive: true });
    write("package.json", '{ "name": "own" }');
    write(
      "tsconfig.json",
      '{ "compilerOptions": { "strict": true, "noUncheckedIndexedAccess": true, "noUnusedLocals": true } }',
    );
    write("lib/index.ts", 'export * from "./parts";\n');
    write(
      "lib/parts/index.ts",
      'import { n } from "./deep";\nexport { fail, failLater } from "./deep";\nexport const twice = () => 2 * n;\n',
    );
    write("lib/parts/deep.ts", deep("1"));
    kernel = await startKernelClient(join(home, "notebooks/inner"));
  });
  after(async () => {
    await kernel.close();
    rmSync(home, { recursive: true });
  });
  const cell = 'import { fail, failLater, twice } from "../../lib";\ntwice()';
  const errorOf = async (code: string) => {
    const { content } = (await kernel.execute(code)).reply;
    return content as {
      status: string;
      ename: string;
      evalue: string;
      traceback: string[];
      execution_count: number;
    };
  };

  test("imports a folder's index relative to the notebook, and works in the notebook's folder", async () => {
    assert.equal(await kernel.value(cell), "2");
    assert.equal(await kernel.value("process.cwd()"), join(home, "notebooks/inner"));
  });

  test("runs the new code of a file edited two imports away, in the same cell and in later ones", async () => {
    write("lib/parts/deep.ts", deep("21"));
    assert.equal(await kernel.value(cell), "42");
    write("lib/parts/deep.ts", deep("50"));
    assert.equal(await kernel.value("twice()"), "100");
  });

  test("leads a traceback from the library's line to the cell's, also after an await", async () => {
    const now = await errorOf("const go = () => fail();\n\ngo();");
    assert.deepEqual(now.traceback.slice(0, 4), [
      "RangeError: deep down",
      "    at fail (lib/parts/deep.ts:5:9)",
      `    at go (cell ${now.execution_count}, line 1)`,
      `    at cell ${now.execution_count}, line 3`,
    ]);
    const later = await errorOf("const wait = 1;\nawait failLater();");
    assert.deepEqual(later.traceback.slice(1, 4), [
      "    at fail (lib/parts/deep.ts:5:9)",
      "    at failLater (lib/parts/deep.ts:9:10)",
      `    at cell ${later.execution_count}, line 2`,
    ]);
    assert.ok(later.traceback.includes("> 2 | await failLater();"));
  });

  test("reports a type error in a file that was edited at its place, until it is mended", async () => {
    write("lib/parts/deep.ts", deep('"many"'));
    const { ename, evalue, traceback } = await errorOf(cell);
    assert.equal(ename, "TypeScriptError");
    assert.equal(evalue, "lib/parts/deep.ts:3:14: Type 'string' is not assignable to type 'number'.");
    assert.ok(traceback.includes('> 3 | export const n: number = "many";'), traceback.join("\n"));
    write("lib/parts/deep.ts", "export const n: number = (;\n");
    assert.match((await errorOf(cell)).evalue, /^lib\/parts\/deep\.ts:1:27: Expression expected/);
    write("lib/parts/deep.ts", deep("4"));
    assert.equal(await kernel.value(cell), "8");
  });

  test("reports a file's error at its place also where the file has always had it", async () => {
    write("lib/wrong.ts", "const a = 1;\nexport const b: string = a;\n");
    const { evalue } = await errorOf('import { b } from "../../lib/wrong";\nb');
    assert.equal(evalue, "lib/wrong.ts:2:14: Type 'number' is not assignable to type 'string'.");
  });

  test("imports packages that can be imported only, and of others what they have for require", async () => {
    const put = (name: string, exports: unknown, files: Record<string, string>) => {
      const folder = join("node_modules", name);
      mkdirSync(join(home, folder, "deep"), { recursive: true });
      write(join(folder, "package.json"), JSON.stringify({ name, type: "module", exports }));
      for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
    };
    put(
      "only-import",
      {
        ".": { import: "./index.js" },
        "./*": { import: "./deep/*.js" },
        "./refused": { import: null },
      },
      {
        "index.js": 'import { part } from "@own/part";\nexport default part;\n',
        "deep/file.js": 'export const file = "a file";\n',
      },
    );
    put("@own/part", { import: "./index.js" }, { "index.js": 'export const part = "a part";\n' });
    put(
      "dual",
      { import: "./index.js", require: "./index.cjs" },
      { "index.js": 'export const way = "import";\n', "index.cjs": 'exports.way = "require";\n' },
    );
    const imports =
      'import whole from "only-import";\nimport { file } from "only-import/file";\nimport { way } from "dual";\n';
    assert.equal(await kernel.value(`${imports}[whole, file, way].join()`), "a part,a file,require");
    assert.equal(await kernel.value('(await import("only-import/file")).file'), "a file");
    const { evalue } = await errorOf('require("only-import/refused")');
    assert.match(evalue, /'\.\/refused' is not defined by "exports"/);
  });

  test("walks with for await as ever, and an interrupt ends the walk, in the file that it goes through too", async () => {
    write(
      "lib/steps.ts",
      "export const log: string[] = [];\n" +
        "export async function* steps(failing = false) {\n  try {\n    for (let i = 0; ; i++) {\n" +
        "      await new Promise((resolve) => setTimeout(resolve, 10));\n" +
        '      if (failing) throw new RangeError("a wrong step");\n' +
        '      log.push("step");\n      yield i;\n    }\n  } finally {\n    log.push("closed");\n  }\n}\n',
    );
    const broken =
      'import { log, steps } from "../../lib/steps";\nfor await (const i of steps()) if (i > 1) break;\nlog.join()';
    assert.equal(await kernel.value(broken), "step,step,step,closed");
    const sum = "let sum = 0;\nfor await (const n of [1, Promise.resolve(2)]) sum += n;\nsum";
    assert.equal(await kernel.value(sum), "3");
    const failed = await errorOf("for await (const i of steps(true)) sum += i;");
    assert.deepEqual(failed.traceback.slice(0, 3), [
      "RangeError: a wrong step",
      "    at steps (lib/steps.ts:6:26)",
      `    at cell ${failed.execution_count}, line 1`,
    ]);

    await kernel.execute("let rounds = 0;\nlog.length = 0;");
    const walking = kernel.execute(
      'async function walk() {\n  for await (const i of steps()) if (rounds++ === 2) console.log("here");\n}\nawait walk();',
    );
    await kernel.until(({ content }) => content.text === "here\n");
    kernel.process.kill("SIGINT");
    assert.equal((await walking).reply.content.ename, "Interrupted");
    const rounds = await kernel.value("rounds");
    await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 100));");
    assert.equal(await kernel.value("rounds"), rounds);
    assert.equal(await kernel.value("log.at(-1)"), "closed");
  });

  test("is as strict as the project's tsconfig.json, but names may be used later", async () => {
    const { evalue } = await errorOf("const list = [1];\nconst first: number = list[0];");
    assert.match(evalue, /^line 2: Type 'number \| undefined' is not assignable/);
    assert.equal((await errorOf("const unused = 1;")).status, "ok");
  });
});
