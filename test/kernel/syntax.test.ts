import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutInsertions } from "../../lib/kernel/compiler/cellTrail";
import { hasTopLevelForAwait, spellShorthands } from "../../lib/kernel/compiler/syntax";

test("shorthand properties are spelled out, and nothing else", () => {
  const spell = (source: string) => spellShorthands(source).text;
  assert.equal(spell("f({ trait, n: 1 }, { trait })"), "f({ trait: trait, n: 1 }, { trait: trait })");
  assert.equal(spell("({ a, b } = c)"), "({ a: a, b: b } = c)");
  assert.equal(
    spell("({ a = 1 } = c); const { d } = e; '{ x }'"),
    "({ a = 1 } = c); const { d } = e; '{ x }'",
  );
});

test("columns behind a spelled property lead back to the author's", () => {
  const source = "f({ ab, cd }); boom\ng({ ef })";
  const { text, insertions } = spellShorthands(source);
  const column = (line: number, at: number) => withoutInsertions(insertions, { line, column: at }).column;
  const [first, second] = text.split("\n");
  assert.equal(column(1, first.indexOf("boom") + 1), source.indexOf("boom") + 1);
  assert.equal(column(1, first.indexOf("cd") + 1), source.indexOf("cd") + 1);
  assert.equal(column(2, second.indexOf(")") + 1), "g({ ef })".indexOf(")") + 1);
  assert.equal(column(3, 7), 7);
});

test("a for await counts outside of functions only", () => {
  assert.equal(hasTopLevelForAwait("for await (const x of y) f(x)"), true);
  assert.equal(hasTopLevelForAwait("async function g() { for await (const x of y) f(x) }"), false);
});
