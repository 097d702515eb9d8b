import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import "../../lib/disk/soundFont";
import { loadJudge } from "../../lib/disk/loadJudge";
import { startBackend } from "../../lib/engine";
import { isPresent, judgeInput, judgeWindows, type PresenceJudge } from "../../lib/judges/presence";
import { bandPairs } from "../../lib/music/pairs";
import { instruments } from "../../lib/music/song";

let judge: PresenceJudge;
before(async () => {
  await startBackend();
  judge = await loadJudge();
});
after(() => judge.dispose());

test("the bundled judge tells clips with an instrument from the same without it, on songs new to it", async () => {
  for (const trait of instruments) {
    const pairs = await bandPairs({ trait, count: 10, seconds: 3, seed: 77 });
    const heard = (clips: typeof pairs, side: "with" | "without") =>
      judge.hear(clips.map((pair) => pair[side])).filter((verdict) => isPresent(verdict, trait)).length;
    const right = heard(pairs, "with") + (pairs.length - heard(pairs, "without"));
    assert.ok(right >= 18, `${trait}: ${right} of 20`);
  }
});

test("an embedding is one vector a clip", async () => {
  const [pair] = await bandPairs({ trait: "bass", count: 1, seconds: 2, seed: 78 });
  const [a, b] = judge.embed([pair.with, pair.with]);
  assert.equal(a.length, 32);
  assert.deepEqual(a, b);
});

test("windows last 1.5 s, every .75 s; a clip shorter than one is refused", () => {
  const clip = (seconds: number) => ({ samples: new Float32Array(16000 * seconds), sampleRate: 16000 });
  assert.equal(judgeWindows(clip(3)).length, 3);
  assert.equal(judgeWindows(clip(3))[0].length, judgeInput.frames * judgeInput.mels);
  assert.throws(() => judgeWindows(clip(1)), /at least 1.5 s of audio, found 1.00 s/);
});

test("presence needs half of the windows: a single stroke is no instrument", () => {
  const verdict = (heard: number, windows: number) => ({
    traits: ["drums"],
    probabilities: Array.from({ length: windows }, (_, i) => [i < heard ? 0.9 : 0.1]),
  });
  assert.equal(isPresent(verdict(2, 5), "drums"), false);
  assert.equal(isPresent(verdict(3, 5), "drums"), true);
  assert.equal(isPresent(verdict(3, 6), "drums"), true);
  assert.equal(isPresent(verdict(2, 6), "drums"), false);
  assert.equal(isPresent(verdict(1, 1), "drums"), true);
  assert.throws(() => isPresent(verdict(1, 1), "flute"), /the judge knows drums, found "flute"/);
});

test("a missing or broken judge is named", async () => {
  const folder = mkdtempSync(join(tmpdir(), "judge-"));
  await assert.rejects(
    loadJudge(folder),
    /judge.json: expected the presence judge's file, found nothing there/,
  );
  writeFileSync(join(folder, "judge.json"), "{}");
  writeFileSync(join(folder, "judge.bin"), "");
  await assert.rejects(loadJudge(folder), /judge.json: expected a presence judge, found/);
});
