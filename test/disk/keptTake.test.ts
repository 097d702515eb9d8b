import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readTake } from "../../lib/disk/keptTake";

test("a file that is no kept take is refused by what of it is wrong", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-take-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "take.json");
  const good = {
    kind: "smitin-console-take",
    model: { name: "plain", fingerprint: "f" },
    ...{
      seed: 1,
      frames: 3,
      asked: 5,
      prompt: [[1], [2]],
      moves: [{ step: 0, strips: {} }],
      probes: { drums: "{}" },
    },
  };
  const read = (value: unknown) => {
    writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
    return readTake(path);
  };
  assert.deepEqual(read(good), good);
  const cases: [unknown, RegExp][] = [
    ["{", /expected JSON/],
    [[], /expected a JSON object, found a list/],
    [{ kind: "other" }, /expected a take of the console, kind "smitin-console-take"/],
    [{ ...good, model: null }, /model: expected a name and a fingerprint, found null/],
    [{ ...good, seed: 0.5 }, /seed: expected an integer, found 0\.5/],
    [{ ...good, frames: 0 }, /frames: expected a positive integer, found 0/],
    [{ ...good, prompt: [[-1]] }, /prompt: expected lists of tokens, found \[\[-1\]\]/],
    [{ ...good, moves: [] }, /moves: expected at least one move, found \[\]/],
    [{ ...good, moves: [{ step: 0 }] }, /moves: expected at least one move/],
    [{ ...good, probes: { drums: 3 } }, /probes: expected probes by trait, found/],
  ];
  for (const [value, message] of cases)
    assert.throws(
      () => read(value),
      (error: Error) => error.message.startsWith(path) && message.test(error.message),
    );
});
