import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspectionText } from "../../lib/kernel/inspectionText";
import { compiledCells } from "./compiled";

const { compiler, run } = compiledCells();

/** A text without the | that marks a position, and that position. */
function marked(text: string): [source: string, position: number] {
  const position = text.indexOf("|");
  return [text.slice(0, position) + text.slice(position + 1), position];
}

const known = (text: string) => {
  const found = compiler.inspect(...marked(text));
  return found && inspectionText(found);
};

describe("what is known of a name", () => {
  const documented =
    "/**\n * Mixes.\n * @param a one part\n * @returns the sum\n * @throws RangeError on a negative part\n */\n" +
    "function mix(a: number, b = 1): number { return a + b; }\n";
  const documentation =
    "\n\nMixes.\n\n@param a one part\n@returns the sum\n@throws RangeError on a negative part";

  test("keeps the labels of its documentation", () => {
    assert.equal(known(`${documented}mi|x`), `function mix(a: number, b?: number): number${documentation}`);
  });

  test("is, between the parentheses of a call, the function's signature", async () => {
    const signature = `mix(a: number, b?: number): number${documentation}`;
    for (const call of ["mix(|)", "mix(|", "mix(1, |)", "mix(1|)", "Math.max(mix(2,|))"])
      assert.equal(known(documented + call), signature, call);
    await run(documented);
    assert.equal(known("mix(|)"), signature, "a function of an earlier cell");
    assert.match(known("Math.max(|)")!, /^max\(\.\.\.values: number\[\]\): number\n\nReturns the larger/);
    assert.match(known("new Map(|)")!, /^Map\(\): Map<any, any> \(\+\d overloads\)/);
    assert.match(known("const n = 2;\nMath.max(n|)")!, /^const n: 2/);
    assert.equal(known("setTimeout(() => { | }, 5)"), undefined);
    assert.equal(known("nothing(|)"), undefined);
  });

  test("has no word of how the name was imported", () => {
    const text = known('import { random } from "../../../lib/math/random";\nrandom|')!;
    assert.match(text, /^function random\(/);
    assert.doesNotMatch(text, /import|alias/);
  });
});

test("paths of modules are completed: folders and files, parts of Node.js, packages, the lab's parts", () => {
  const proposed = (text: string) => compiler.complete(...marked(text)).candidates;
  assert.deepEqual(proposed('import { x } from "../../../lib/ma|"'), ["math", "command"]);
  assert.deepEqual(proposed('import { x } from "../../../lib/math/rand|"'), ["random"]);
  assert.deepEqual(proposed('await import("../../../li|")'), ["lib"]);
  assert.deepEqual(proposed('import { x } from "node:fs|"'), ["node:fs", "node:fs/promises"]);
  assert.deepEqual(proposed('const x = require("node:pat|")').slice(0, 1), ["node:path"]);
  assert.deepEqual(proposed('import x from "danf|"'), ["danfojs-node"]);
  assert.deepEqual(proposed('import x from "@tensorflow/tfjs-co|"'), ["tfjs-core"]);
  assert.deepEqual(proposed('import x from "smitin-lab/w|"').slice(0, 1), ["smitin-lab/widgets"]);
  assert.deepEqual(proposed('const words = "node:|"'), []);
});
