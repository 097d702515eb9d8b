import assert from "node:assert/strict";
import { type ExecFileException, execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { startKernelClient } from "../kernel/client";

/*
 * The package as it would be published, installed into an empty project. Slow (a minute), and npm needs its registry or what its cache
 * holds: without either the tests are skipped, but not where `CI` is set.
 */
const root = resolve(__dirname, "../..");
const project = mkdtempSync(join(tmpdir(), "smitin-package-"));
const tool = (name: string) => join(root, "node_modules/.bin", name);
const tsc = join(root, "node_modules/typescript-native/bin/tsc");
let tarball = "";
let unreachable: string | undefined;

before(async () => {
  const packed = await run("npm", ["pack", "--json", "--pack-destination", project], root);
  assert.equal(packed.code, 0, packed.stderr);
  tarball = join(project, readdirSync(project).find((name) => name.endsWith(".tgz"))!);
  write("package.json", '{ "name": "app", "private": true, "type": "module" }');
  const quietly = ["--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=1"];
  const installed = await run("npm", ["install", ...quietly, tarball], project);
  if (installed.code === 0) return;
  const isOffline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED/.test(
    installed.stderr,
  );
  assert.ok(isOffline && !process.env.CI, installed.stderr);
  unreachable = "npm's registry can't be reached, and its cache does not hold all that the package needs";
});
after(() => rmSync(project, { recursive: true, force: true }));

describe("the packed package", () => {
  test("holds the model and the judge, no fixture and no figure, within 12 MB", () => {
    const names = execFileSync("tar", ["tzf", tarball], { encoding: "utf8" }).trim().split("\n");
    for (const needed of [
      "data/models/studio/model.safetensors",
      "data/models/judge/judge.bin",
      "dist/index.d.mts",
    ])
      assert.ok(names.includes(`package/${needed}`), needed);
    const allowed =
      /^package\/(dist\/|data\/models\/|lib\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/;
    assert.deepEqual(
      names.filter((name) => !allowed.test(name) || /^package\/lib\/.*\.ts$/.test(name)),
      [],
    );
    const megabytes = statSync(tarball).size / 1e6;
    assert.ok(megabytes < 12, `${megabytes} MB`);
  });

  test("says of the packages inside it under which licence they are", () => {
    const licences = execFileSync("tar", ["xOzf", tarball, "package/dist/LICENCES.txt"], {
      encoding: "utf8",
    });
    for (const name of ["danfojs-node 1", "mathjs 9", "@tensorflow/tfjs-core 4"])
      assert.ok(licences.includes(name), name);
    assert.match(licences, /Permission is hereby granted/);
  });

  test("is in order for publint", async () => {
    const { code, stdout } = await run(tool("publint"), [tarball, "--strict"]);
    assert.equal(code, 0, stdout);
  });

  test("has types that @arethetypeswrong/cli finds right, for ES modules", async () => {
    const { code, stdout } = await run(tool("attw"), [tarball, "--profile", "esm-only", "--format", "ascii"]);
    assert.equal(code, 0, stdout);
  });
});

describe("installed into an empty project", () => {
  test("an ES module makes a second of music with the bundled model", async (t) => {
    if (unreachable) return t.skip(unreachable);
    write(
      "make.mjs",
      `import { generate, loadMusicGen, tf } from "smitin-lab";
       import { generate as same } from "smitin-lab/browser";
       import { DataFrame } from "smitin-lab/tables";
       const take = await generate(await loadMusicGen(), { seconds: 1, seed: 1 });
       const slope = tf.grad((x) => x.square().sum())(tf.tensor1d([1, 2])).dataSync();
       const table = new DataFrame({ a: [1, 2] });
       console.log(JSON.stringify([take.audio.samples.length, generate === same, [...slope], table.add(1).values]));`,
    );
    const { stdout, stderr } = await run(process.execPath, ["make.mjs"]);
    assert.deepEqual(
      JSON.parse(stdout.trim().split("\n").at(-1)!),
      [16000, true, [2, 4], [[2], [3]]],
      stderr,
    );
  });

  test("a strict TypeScript file is checked with the packages' types too", async (t) => {
    if (unreachable) return t.skip(unreachable);
    write(
      "check.ts",
      `import { type Audio, generate, loadMusicGen, type Take, tf } from "smitin-lab";
       import { fetchMusicGen } from "smitin-lab/browser";
       import { type NotebookRun, runNotebook } from "smitin-lab/kernel";
       import { DataFrame } from "smitin-lab/tables";
       import { createWidget } from "smitin-lab/widgets";
       const take: Take = await generate(await loadMusicGen(), { seconds: 1 });
       const audio: Audio = take.audio;
       const mean: tf.Tensor = tf.tensor1d(audio.samples).square().mean();
       const run: NotebookRun = await runNotebook("a.ipynb", "b.ipynb", {});
       const shape: number[] = new DataFrame({ a: [1, 2] }).shape;
       export { createWidget, fetchMusicGen, mean, run, shape };
       // @ts-expect-error: seconds are a number
       generate(await loadMusicGen(), { seconds: "1" });`,
    );
    mkdirSync(join(project, "node_modules/@types"), { recursive: true });
    for (const name of ["node", "undici-types"]) link(name === "node" ? "@types/node" : name);
    for (const moduleResolution of ["nodenext", "bundler"]) {
      const module = moduleResolution === "bundler" ? "esnext" : moduleResolution;
      const options = { strict: true, skipLibCheck: false, noEmit: true, target: "es2022", types: ["node"] };
      const lib = ["es2023", "dom", "dom.iterable"];
      const compilerOptions = { ...options, lib, module, moduleResolution };
      write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["check.ts"] }));
      const { stdout } = await run(process.execPath, [tsc, "-p", "."]);
      // These name each other's types wrongly, or types that newer browsers' have: TensorFlow.js 4.22 is of 2024.
      const others = /^(node_modules\/(@tensorflow|@webgpu)\/|.*\/lib\.dom\.d\.ts|\s)/;
      const ours = stdout.split("\n").filter((line) => line && !others.test(line));
      assert.deepEqual(ours, [], moduleResolution);
    }
  });

  test("npx smitin doctor finds all in order", async (t) => {
    if (unreachable) return t.skip(unreachable);
    const { code, stdout, stderr } = await run("npx", ["--no", "smitin", "doctor", "--json"]);
    assert.equal(code, 0, stdout + stderr);
    const { ok, backend, model, native } = JSON.parse(stdout);
    assert.deepEqual([ok, backend, model.present], [true, "wasm", true]);
    assert.ok(!native.path.startsWith(join(project, "node_modules")), native.path);
  });

  test("esbuild makes a page of smitin-lab/browser", async (t) => {
    if (unreachable) return t.skip(unreachable);
    write(
      "page.js",
      `import { fetchMusicGen, generate, startBackend } from "smitin-lab/browser";
       await startBackend("wasm", { wasmFiles: "engine/" });
       console.log(await generate(await fetchMusicGen("models/studio"), { seconds: 1 }));`,
    );
    const flags = ["--bundle", "--format=esm", "--platform=browser", "--outfile=page.out.js"];
    const { code, stderr } = await run(tool("esbuild"), ["page.js", ...flags]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /warning/i);
    const megabytes = statSync(join(project, "page.out.js")).size / 1e6;
    assert.ok(megabytes < 4, `${megabytes} MB`);
  });

  test("a notebook's cells and the files they import share the package", async (t) => {
    if (unreachable) return t.skip(unreachable);
    write(
      "sound.ts",
      `import { type Audio, duration } from "smitin-lab";
       export const length = (audio: Audio): string => \`\${duration(audio)} s\`;`,
    );
    const cells = [
      `import { generate, listen, loadMusicGen } from "smitin-lab";\nimport { DataFrame } from "smitin-lab/tables";
       import { length } from "./sound";\nconst take = await generate(await loadMusicGen(), { seconds: 1 });`,
      "listen(take.audio)",
      "new DataFrame({ heads: [16] })",
      "length(take.audio)",
    ].map((source, id) => ({
      cell_type: "code",
      id: `c${id}`,
      metadata: {},
      outputs: [],
      execution_count: null,
      source,
    }));
    const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
    write("sound.ipynb", JSON.stringify(notebook));
    write(
      "run.mjs",
      `import { runNotebook } from "smitin-lab/kernel";
       const { ok, error } = await runNotebook("sound.ipynb", "done.ipynb", {});
       if (!ok) throw new Error(JSON.stringify(error));`,
    );
    const { code, stderr, stdout } = await run(process.execPath, ["run.mjs"]);
    assert.equal(code, 0, stdout + stderr);
    const done = JSON.parse(readFileSync(join(project, "done.ipynb"), "utf8"));
    const shown = done.cells.map(({ outputs }: { outputs: object[] }) => JSON.stringify(outputs));
    assert.match(shown[1], /<audio/);
    assert.match(shown[2], /class=\\"dataframe\\"/);
    assert.match(shown[3], /1 s/);
  });

  test("Jupyter's kernel starts, runs a cell, stops one that is busy and ends", async (t) => {
    if (unreachable) return t.skip(unreachable);
    write(
      "kernel.mjs",
      'import { installKernel } from "smitin-lab/kernel"; console.log(installKernel({ prefix: "jupyter" }));',
    );
    const { stdout, stderr } = await run(process.execPath, ["kernel.mjs"]);
    assert.equal(stderr, "");
    const { argv } = JSON.parse(readFileSync(join(project, stdout.trim()), "utf8"));
    assert.ok(argv[1].includes(join("node_modules", "smitin-lab")), argv[1]);
    const kernel = await startKernelClient(project, {}, argv);
    try {
      assert.equal(await kernel.value('import { median } from "smitin-lab"; median([1, 2, 6])'), "2");
      write("own.ts", "export default { render: () => console.log(42) };");
      const { published } = await kernel.execute(
        `import { cancellableProgress, createWidget } from "smitin-lab/widgets";
         const job = cancellableProgress("clips", 3);
         createWidget(${JSON.stringify(join(project, "own.ts"))}, {}, () => ({ html: "", text: "" })).showOnce();`,
      );
      const pages = published
        .filter(({ type }) => type === "comm_open")
        .map(({ content }) => (content.data as { state: { _esm: string } }).state._esm);
      assert.match(pages[0], /sm-folded[\s\S]*export/);
      assert.doesNotMatch(pages[1], /"export/); // its code, not its text
      assert.match(pages[1], /console\.log\(42\)[\s\S]*export/);
      const busy = kernel.execute("await new Promise(() => {})");
      await kernel.until(
        ({ type, content }) => type === "execute_input" && /Promise/.test(String(content.code)),
      );
      await kernel.request("interrupt_request", {}, { channel: "control" });
      assert.equal((await busy).reply.content.status, "error");
    } finally {
      await kernel.close();
    }
  });
});

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

/** A package of the repository's, such as people have for their own sake. */
function link(name: string): void {
  cpSync(join(root, "node_modules", name), join(project, "node_modules", name), { recursive: true });
}

function run(
  program: string,
  args: string[],
  cwd = project,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const heard = (error: ExecFileException | null, stdout: string, stderr: string) =>
      done({ code: error ? Number(error.code ?? 1) || 1 : 0, stdout, stderr });
    execFile(program, args, { cwd, maxBuffer: 1e8, shell: process.platform === "win32" }, heard);
  });
}
