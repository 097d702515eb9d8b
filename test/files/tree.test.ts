import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { after, test } from "node:test";
import { diskTree } from "../../lib/disk/tree";
import { baseName, endingOf, fileName } from "../../lib/files/path";
import { type FileTree, files, folders, foldersWith, memoryTree } from "../../lib/files/tree";

const root = mkdtempSync(join(tmpdir(), "smitin-tree-"));
after(() => rmSync(root, { recursive: true }));

const contents = new Map(
  ["b/one.wav", "b/two.wav", "a/deep/three.wav", "a/.hidden", "top.txt"].map((path) => [
    path,
    new TextEncoder().encode(path),
  ]),
);
for (const [path, bytes] of contents) {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

/** The same to see on disk and in memory. */
const trees: [string, FileTree][] = [
  ["on disk", diskTree(root)],
  ["in memory", memoryTree(root, contents)],
];

for (const [where, tree] of trees)
  test(`a tree ${where}: folders and files sorted, hidden ones left out, bytes as they are`, () => {
    assert.equal(tree.title, basename(root));
    assert.deepEqual(folders(tree, ""), ["a", "b"]);
    assert.deepEqual(files(tree, ""), ["top.txt"]);
    assert.deepEqual(files(tree, "a"), []);
    assert.deepEqual(files(tree, "b"), ["one.wav", "two.wav"]);
    assert.deepEqual(
      ["", "a", "top.txt", "b/none"].map((path) => tree.kindOf(path)),
      ["folder", "folder", "file", undefined],
    );
    const holding = (path: string) => files(tree, path).some((name) => name.endsWith(".wav"));
    assert.deepEqual(foldersWith(tree, "", holding), ["a/deep", "b"]);
    assert.deepEqual(foldersWith(tree, "b", holding), [""]);
    const file = tree.file("b/two.wav");
    assert.equal(file.name, `${root}/b/two.wav`);
    assert.equal(file.stamp().size, 9);
    assert.equal(new TextDecoder().decode(file.open().read(2, 3)), "two");
    assert.throws(
      () => foldersWith(tree, "none", holding),
      /none: expected a folder of music, found nothing/,
    );
    assert.throws(() => foldersWith(tree, "top.txt", holding), /top\.txt: expected a folder.*found a file/);
    assert.throws(() => tree.list("none"), /none/);
    assert.throws(() => tree.file("none").open(), /none/);
  });

test("a link that leads back is followed once", () => {
  symlinkSync(root, join(root, "b/back"));
  assert.deepEqual(
    foldersWith(diskTree(root), "", () => true),
    ["", "a", "a/deep", "b"],
  );
});

test("endings and names of paths are those of Node", () => {
  for (const path of ["a.wav", ".wav", "a.b.WAV", "none", "x.y/none", "x/.a", "x/a.", "/music/Song 1.flac"]) {
    assert.equal(endingOf(path), extname(path), path);
    assert.equal(fileName(path), basename(path), path);
    assert.equal(baseName(path), path.slice(0, path.length - extname(path).length));
  }
});
