import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { interleave } from "../../lib/kernel/descriptors/interleave";
import { markText } from "../../lib/kernel/descriptors/marks";

const token = "token";
type Act = { print: "stdout" | "stderr"; text: string } | { say: string };
const act = fc.oneof(
  fc.record({
    print: fc.constantFrom("stdout" as const, "stderr" as const),
    text: fc.string({
      unit: fc.constantFrom("a", "é", "\0", "\0tok", ":1", "\n"),
      minLength: 1,
      maxLength: 6,
    }),
  }),
  fc.record({ say: fc.string({ maxLength: 3 }) }),
);

/** What comes out of a program's acts when their bytes come in pieces, and the messages at other times than the bytes. */
function outcome(acts: Act[], pieces: number[], turns: number[]): string[] {
  const got: string[] = [];
  const put = (kind: string, text: string) => {
    const last = got.at(-1);
    if (last?.startsWith(kind) && kind !== "say ") got[got.length - 1] = last + text;
    else got.push(kind + text);
  };
  const reader = interleave<string>(
    token,
    (name, text) => put(`${name} `, text),
    (message) => put("say ", message),
  );
  const bytes = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  const said: [message: string, mark: number][] = [];
  for (const each of acts) {
    if ("print" in each) bytes[each.print] = Buffer.concat([bytes[each.print], Buffer.from(each.text)]);
    else {
      said.push([each.say, said.length + 1]);
      for (const name of ["stdout", "stderr"] as const)
        bytes[name] = Buffer.concat([bytes[name], Buffer.from(markText(token, said.length))]);
    }
  }
  for (let step = 0; bytes.stdout.length + bytes.stderr.length + said.length > 0; step++) {
    const turn = turns[step % turns.length];
    const size = pieces[step % pieces.length];
    if (turn === 2) {
      const next = said.shift();
      if (next) reader.message(...next);
    } else {
      const name = turn === 0 ? "stdout" : "stderr";
      if (bytes[name].length > 0) reader.printed(name, bytes[name].subarray(0, size));
      bytes[name] = bytes[name].subarray(size);
    }
  }
  reader.ended();
  return got;
}

/** What a program does, the two streams between messages each in one piece. */
function asDone(acts: Act[]): { stdout: string; stderr: string; said?: string }[] {
  const parts: { stdout: string; stderr: string; said?: string }[] = [{ stdout: "", stderr: "" }];
  for (const each of acts) {
    const part = parts.at(-1)!;
    if ("print" in each) part[each.print] += each.text;
    else {
      part.said = each.say;
      parts.push({ stdout: "", stderr: "" });
    }
  }
  return parts;
}

test("brings printed text and messages into the order in which they were made, however the bytes come", () => {
  fc.assert(
    fc.property(
      fc.array(act, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      fc.shuffledSubarray([0, 1, 2, 0, 1, 2, 2], { minLength: 7 }),
      (acts, pieces, turns) => {
        const parts: { stdout: string; stderr: string; said?: string }[] = [{ stdout: "", stderr: "" }];
        for (const each of outcome(acts, pieces, turns)) {
          const [kind, text] = [each.slice(0, each.indexOf(" ")), each.slice(each.indexOf(" ") + 1)];
          const part = parts.at(-1)!;
          if (kind === "say") {
            part.said = text;
            parts.push({ stdout: "", stderr: "" });
          } else part[kind as "stdout" | "stderr"] += text;
        }
        assert.deepEqual(parts, asDone(acts));
      },
    ),
    { seed: 1, numRuns: 2000 },
  );
});

test("keeps nothing back that can't be a mark", () => {
  const got: string[] = [];
  const reader = interleave<string>(
    token,
    (_, text) => got.push(text),
    () => {},
  );
  reader.printed("stdout", Buffer.from("a\0b"));
  reader.printed("stdout", Buffer.from("c\0to"));
  assert.deepEqual(got, ["a\0b", "c"]);
  reader.printed("stdout", Buffer.from("day"));
  assert.deepEqual(got, ["a\0b", "c", "\0today"]);
});
