import assert from "node:assert/strict";
import { test } from "node:test";
import * as lab from "../../lib";
import * as fs from "../../lib/page/node/fs";
import * as path from "../../lib/page/node/path";
import { whyMissing } from "../../lib/page/notebook/modules";
import { typeFiles } from "../../lib/page/notebook/typeFiles";

test("a page has all of the lab's names, those that need a disk to say so", async () => {
  Object.assign(globalThis, { location: { href: "http://127.0.0.1/notebook-cells.js" } });
  const inPage = (await import("../../lib/page/notebook/lab")) as Record<string, unknown>;
  const missing = Object.keys(lab).filter((name) => !(name in inPage));
  assert.deepEqual(missing, []);
  assert.throws(
    inPage.openJudge as () => void,
    /openJudge reads from a disk or a model hub, which a page does not/,
  );
  await assert.rejects(
    (inPage.loadMusicGen as (name: string) => Promise<void>)("facebook/musicgen-small"),
    /a page has the bundled model, "studio", not "facebook\/musicgen-small"/,
  );
});

test("what a page can't import is refused in a sentence that says why", () => {
  for (const known of [
    "../lib",
    "../lib/lessons",
    "../lib/notebook/widgets/headPicker",
    "smitin-lab",
    "smitin-lab/tables",
    "danfojs-node",
  ])
    assert.equal(whyMissing(known), undefined, known);
  assert.match(whyMissing("node:fs")!, /^"node:fs" is Node's, and a page has none: run/);
  assert.match(whyMissing("../experiments/paper/index")!, /reads and writes this machine's disk/);
  assert.match(whyMissing("lodash")!, /a page has the lab .* no other modules/);
});

test("files of a page are written, renamed and read as on a disk, and told of once they are whole", () => {
  const told: string[] = [];
  fs.onFile((file) => void told.push(file));
  fs.writeFileSync("a/b.txt.1.tmp", "words");
  fs.renameSync("a/b.txt.1.tmp", "a/b.txt");
  assert.deepEqual(told, ["a/b.txt"]);
  assert.equal(fs.readFileSync("a/b.txt", "utf8"), "words");
  assert.ok(fs.existsSync("a") && !fs.existsSync("a/b.txt.1.tmp"));
  const handle = fs.openSync("a/b.txt");
  const bytes = new Uint8Array(3);
  assert.equal(fs.fstatSync(handle).size, 5);
  assert.equal(fs.readSync(handle, bytes, 0, 3, 3), 2);
  assert.equal(new TextDecoder().decode(bytes.subarray(0, 2)), "ds");
  assert.throws(
    () => fs.readFileSync("a/c.txt"),
    /^Error: a\/c\.txt: no such file; a page has those that its cells have written/,
  );
});

test("paths of a page are Node's", () => {
  const node = require("node:path").posix as typeof import("node:path");
  for (const [a, b] of [
    ["a/b", "../c"],
    ["/a", "b/./c.ts"],
    ["", "x"],
    ["/", ".."],
    ["a", "../../b"],
  ]) {
    assert.equal(path.join(a, b), node.join(a, b), `join ${a} ${b}`);
    for (const one of [a, b]) {
      assert.equal(path.dirname(one), node.dirname(one), `dirname ${one}`);
      assert.equal(path.basename(one, ".ts"), node.basename(one, ".ts"), `basename ${one}`);
      assert.equal(path.extname(one), node.extname(one), `extname ${one}`);
    }
  }
  assert.equal(path.relative("/a/b", "/a/c/d"), "../c/d");
  assert.equal(path.resolve("/a", "../b"), "/b");
});

test("any file of the lab has the types of all of it", () => {
  const files = typeFiles({ "/lab/lib/index.d.ts": "export {};", "/typescript/lib.es5.d.ts": "" });
  assert.equal(
    files.readFile("/lab/lib/notebook/widgets/headPicker.d.ts"),
    'export * from "/lab/lib/index";\n',
  );
  assert.equal(files.fileExists("/lab/lib/index.ts"), false);
  assert.equal(files.fileExists("/lab/experiments/x.d.ts"), false);
});
