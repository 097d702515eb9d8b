import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCell, unsteered } from "../../lib/sweep/cell";

test("a line that is no finished cell is refused by its place and field; what older labs did not measure may be absent", () => {
  const cell = { ...unsteered, prompt: "p", promptHash: "h", seed: 0, takeSeed: 1 };
  const good = { key: "k", cell, tokens: [[1, 2]], success: true, similarity: 0.5 };
  for (const value of [good, { ...good, success: null, similarity: null }, { key: "k", cell, tokens: [] }])
    assert.equal(checkCell(value, "x"), value);
  const cases: [unknown, RegExp][] = [
    [null, /expected a finished cell with key, cell and tokens, found null/],
    [7, /expected a finished cell/],
    [{ ...good, cell: null }, /expected a finished cell/],
    [{ ...good, cell: {} }, /expected a finished cell/],
    [{ ...good, key: 3 }, /expected a finished cell/],
    [{ ...good, tokens: [[0.5]] }, /tokens: expected whole numbers/],
    [{ ...good, tokens: [7] }, /tokens: expected whole numbers/],
    [{ ...good, success: "yes" }, /success: expected true, false or null, found "yes"/],
    [{ ...good, similarity: "0.3" }, /similarity: expected a number or null, found "0.3"/],
    [{ ...good, strength: [] }, /strength: expected a number or null/],
  ];
  for (const [value, message] of cases)
    assert.throws(
      () => checkCell(value, "x"),
      (error: Error) => error.message.startsWith("x: ") && message.test(error.message),
    );
});
