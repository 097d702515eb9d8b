import assert from "node:assert/strict";
import { test } from "node:test";
import { exercise, gap, marks, whenRight } from "../../lib/lessons";

const even = exercise(
  "9.1 even",
  (answer: () => number) => (answer() % 2 === 0 ? undefined : `${answer()} < 4 is odd.`),
  "It halves.",
);

test("a gap is not an answer, an error is told, a wrong one and a right one are said; none throws", async () => {
  const open = even(() => gap("a number"));
  assert.deepEqual([open.right, open.message], [false, "Not done yet: the gap wants a number."]);
  const broken = even(() => {
    throw new TypeError("no such thing");
  });
  assert.equal(broken.message, "Your code stopped with an error: no such thing");
  const wrong = even(() => 3);
  assert.equal(wrong.message, "3 < 4 is odd.");
  assert.match(String(wrong._repr_mimebundle_()["text/html"]), /✗ 9\.1 even<.*3 &lt; 4 is odd/);
  const right = even(() => 4);
  assert.deepEqual([right.right, right.message], [true, "Right. It halves."]);
  assert.equal(right._repr_mimebundle_()["text/plain"], "[9.1 even] Right. It halves.");
  even(() => 3); // once right, it stays so
  const { marks: found, _repr_mimebundle_ } = marks("9");
  assert.deepEqual(found, [{ exercise: "9.1 even", right: true, tries: 3 }]);
  const json = /href="data:application\/json,([^"]+)"/.exec(String(_repr_mimebundle_()["text/html"]))![1];
  assert.deepEqual(JSON.parse(decodeURIComponent(json)), { chapter: "9", marks: found });
  assert.match(String(marks("8")._repr_mimebundle_()["text/html"]), /No exercise/);
});

test("what needs an exercise waits for it", () => {
  assert.equal(
    whenRight(
      even(() => 2),
      () => "shown",
    ),
    "shown",
  );
  const waiting = whenRight(
    even(() => gap()),
    () => "shown",
  ) as { _repr_mimebundle_(): Record<string, unknown> };
  assert.equal(waiting._repr_mimebundle_()["text/plain"], "This waits for exercise 9.1 even.");
});
