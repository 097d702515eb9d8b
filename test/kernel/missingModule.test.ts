import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { missingModule } from "../../lib/kernel/missingModule";

test("a module that is not there is named with what brings it, or with what was expected", () => {
  const root = join(__dirname, "../..");
  const said = (request: string) => missingModule(request, join(root, "notebooks"));
  const lines: [request: string, rest: string][] = [
    ["fftw", `it is installed by \`!npm install fftw\` in a cell, or \`npm install fftw\` in ${root}.`],
    [
      "@own/part/deep",
      `it is installed by \`!npm install @own/part\` in a cell, or \`npm install @own/part\` in ${root}.`,
    ],
    ["./gone", `expected such a file, seen from ${join(root, "notebooks")}.`],
    ["node:gone", "Node.js has no such part."],
    ["fs/gone", "Node.js has no such part."],
    ["smitin-lab/gone", "the lab's parts are browser, kernel, widgets, tables, and smitin-lab itself."],
    ["temml/gone", "the package temml is installed and has no such part."],
  ];
  for (const [request, rest] of lines)
    assert.equal(said(request), `Cannot find module '${request}': ${rest}`);
});
