import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createContext, Script } from "node:vm";
import type { Metafile } from "esbuild";
import { bundleForBrowser } from "./bundle";

const out = mkdtempSync(join(tmpdir(), "smitin-browser-"));
const entry = join(__dirname, "../../lib/browser.ts");
let metafile: Metafile;
before(async () => {
  metafile = await bundleForBrowser(entry, out);
});
after(() => rmSync(out, { recursive: true }));

test("the core goes into a browser's bundle, and nothing of it asks for a module of Node's", () => {
  const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  const asked = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ path, original, external }) => external || builtins.has(original ?? path))
      .map(({ original, path, external }) => ({ file, name: original ?? path, external })),
  );
  assert.deepEqual(
    asked.filter(({ file, external }) => external || !file.startsWith("node_modules/")),
    [],
  );
});

test("packages that look for Node leave its modules out by their own word", () => {
  // `"browser": { "fs": false }` in a package.json makes an empty module of it.
  const leftOut = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.filter(({ path }) => path.startsWith("(disabled):")).map(() => packageOf(file)),
  );
  const known = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-wasm", "seedrandom"];
  assert.deepEqual(
    [...new Set(leftOut)].filter((name) => !known.includes(name)),
    [],
  );
});

test("nothing of the edges is in it: no disk, no drawing of stills, no notebook, no command line", () => {
  const edges = /^lib\/(disk|stills|notebook|hub|queue|native|kernel|jupyter|command)\//;
  assert.deepEqual(
    Object.keys(metafile.inputs).filter((file) => edges.test(file)),
    [],
  );
});

test("what a page loads first is small; a decoder of sound comes when a file of its kind does", () => {
  const first = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint)!;
  const loaded = new Set<string>();
  const load = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const next of metafile.outputs[path].imports) if (next.kind === "import-statement") load(next.path);
  };
  load(first[0]);
  const inputs = [...loaded].flatMap((path) => Object.keys(metafile.outputs[path].inputs));
  const decoders = inputs.filter((file) => /mpg123|wasm-audio-decoders|opus|vorbis\//.test(packageOf(file)));
  assert.deepEqual(decoders, []);
  const bytes = [...loaded].reduce((sum, path) => sum + metafile.outputs[path].bytes, 0);
  assert.ok(bytes < 2.5e6, `${bytes} bytes before any file of sound`);
});

test("it runs where there is nothing but what the web has", async () => {
  const whole = join(out, "whole");
  await bundleForBrowser(entry, whole, { format: "iife", splitting: false, globalName: "smitin" });
  const web = [
    "TextEncoder",
    "TextDecoder",
    "WebAssembly",
    "performance",
    "URL",
    "console",
    "setTimeout",
    "atob",
  ];
  const worker: Record<string, unknown> = Object.fromEntries(
    web.map((name) => [name, Reflect.get(globalThis, name)]),
  );
  Object.assign(worker, { self: worker, WorkerGlobalScope: class {} }); // what a worker of a browser is told by
  const context = createContext(worker);
  new Script(readFileSync(join(whole, "browser.js"), "utf8")).runInContext(context);
  const found = await new Script(`(async () => {
    const { decodeAudio, encodeWav, startBackend, tf, waveform } = smitin;
    await startBackend("cpu");
    const { samples, sampleRate } = await decodeAudio(encodeWav({ samples: Float32Array.of(0.5, -0.25), sampleRate: 8000 }));
    const drawn = waveform({ samples, sampleRate }).data.length > 0;
    return JSON.stringify([...samples, tf.sum(tf.tensor1d(samples)).dataSync()[0], sampleRate, drawn]);
  })()`).runInContext(context);
  assert.equal(found, "[0.5,-0.25,0.25,8000,true]");
});

function packageOf(file: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file;
}
