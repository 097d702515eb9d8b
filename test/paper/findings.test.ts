import assert from "node:assert/strict";
import { test } from "node:test";
import {
  coherenceFindings,
  difference,
  holds,
  songsOf,
  successDifference,
} from "../../experiments/paper/report/findings";
import type { Lab } from "../../experiments/paper/shared/lab";
import type { SettingResult } from "../../experiments/paper/shared/settings";
import type { EmbeddedClips } from "../../lib/judges/embedding";
import { random } from "../../lib/math/random";
import { assertClose } from "../close";

/* What experiments claim, on takes whose truth is known. */
const lab = { judge: {}, seed: 1 } as Lab;
const prompts = 60;

/** Takes of which a share succeeds; similar to the prompt, and near the reference, as told. */
function setting(
  method: string,
  alpha: number | null,
  rate: number,
  { similarity = 0.5, away = 0, trait = "drums", seed = 1 } = {},
): SettingResult {
  const uniform = random(seed);
  const cells = Array.from({ length: prompts }, (_, i) => ({
    cell: { prompt: `${trait}-${500 + i}` },
    success: (i * 37) % prompts < rate * prompts,
    similarity,
    kept: method === "SMITIN" ? 2 : 1,
    own: 2,
  }));
  const heard = cells.map(() => ({ scores: {}, embedding: [0, 1].map(() => [away + uniform(), uniform()]) }));
  return { trait, summary: { method, alpha }, cells, heard, fad: null } as unknown as SettingResult;
}

test("success of one method over another, with its interval", () => {
  const [none, smitin] = [setting("none", null, 0.1), setting("SMITIN", 5, 0.6)];
  const found = successDifference("SMITIN succeeds more often", [smitin], [none]);
  assert.deepEqual([found.n, found.value], [prompts, 0.5]);
  assert.ok(found.low! > 0.3 && found.high! < 0.7);
  assert.equal(holds(found), true);
  assert.equal(holds(successDifference("the other way", [none], [smitin])), false);
  const nothing = difference("nothing", [1], []);
  assert.deepEqual([nothing.value, holds(nothing)], [null, null]);
  assert.match(nothing.note!, /the same cases twice, found 1 and 0/);
});

test("prompts of one song, lacking different instruments, are drawn together", () => {
  const both = (rate: number, method: string) =>
    ["drums", "piano"].map((trait) => setting(method, 5, rate, { trait }));
  const [more, less] = [both(0.6, "SMITIN"), both(0.1, "none")];
  assert.equal(new Set(songsOf(more)).size, prompts);
  const one = successDifference("one instrument", more.slice(1), less.slice(1));
  const two = successDifference("two, the same takes again", more, less);
  assert.equal(two.n, 2 * prompts);
  const width = ({ low, high }: typeof one) => high! - low!;
  assertClose(width(two) / width(one), 1, 0.2);
});

const reference: EmbeddedClips = {
  set: "the band",
  embedding: "presence judge, penultimate layer",
  dimension: 2,
  sampleRate: 0,
  clips: setting("band", null, 1).heard.map(({ embedding }) =>
    embedding.map((vector) => Float32Array.from(vector)),
  ),
};

test("at equal success: similarity, instruments that stay, and distance, each the right way round", () => {
  const settings = [
    setting("none", null, 0, { similarity: 0.9 }),
    setting("ITI", 1, 0.4, { similarity: 0.5, away: 3 }),
    setting("ITI", 2, 1, { similarity: 0.1, away: 6 }),
    setting("SMITIN", 1, 0.4, { similarity: 0.8, away: 1 }),
    setting("SMITIN", 2, 1, { similarity: 0.6, away: 2 }),
  ];
  const found = coherenceFindings(lab, settings, new Map([["drums", reference]]));
  assert.deepEqual(
    found.map(({ claim }) => Number(/at (\d+) %/.exec(claim)![1])),
    [25, 25, 25, 50, 50, 50, 75, 75, 75],
  );
  for (const finding of found) assert.equal(holds(finding), true, JSON.stringify(finding));
  const keeping = (harmony: number) => ({ harmony, tempo: null, isSound: true });
  const kept = settings.map((one) => {
    const own = keeping(one.summary.method === "SMITIN" ? 0.2 : 0.5);
    return { ...one, heard: one.heard.map((heard) => ({ ...heard, keeping: own })) };
  });
  const [, , , harmony] = coherenceFindings(lab, kept, new Map([["drums", reference]]));
  assert.match(harmony.claim, /at 25 % success SMITIN's takes keep to their prompts' harmony more/);
  assert.equal(holds(harmony), false);
  assertClose(harmony.value!, (0.25 / 0.4) * -0.3, 1e-9);
  const [, , , similar, still, near] = found;
  // half-way: ITI .5 - .4 / 6, SMITIN .8 - .2 / 6
  assertClose(similar.value!, 0.8 - 0.2 / 6 - (0.5 - 0.4 / 6), 1e-9);
  assertClose(still.value!, 0.5, 1e-9);
  assert.ok(near.value! > 2);
});

test("where draws fall short of a level there is a value and no verdict", () => {
  const settings = [
    setting("none", null, 0),
    setting("ITI", 5, 0.9),
    setting("SMITIN", 5, 0.5, { similarity: 0.9 }),
  ];
  const found = coherenceFindings(lab, settings, new Map([["drums", reference]]));
  const [half] = found.filter(({ claim }) => /at 50 % success SMITIN's takes are more similar/.test(claim));
  assert.ok(half.value! > 0);
  assert.equal(holds(half), null);
  assert.match(half.note!, /in (3|4|5|6)\d\.\d % of the draws a method did not reach it: no interval/);
  const [unreached] = found.filter(({ claim }) => /at 75 %/.test(claim));
  assert.equal(unreached.value, null);
  assert.match(unreached.note!, /not every method reaches 0.75/);
});
