import assert from "node:assert/strict";
import { test } from "node:test";
import { soundness } from "../../lib/judges/soundness";
import { assertClose } from "../close";

/** A take of 1 s of prompt and then `seconds` of a sine, by amplitude at each instant. */
const take = (amplitude: (time: number) => number, seconds = 3, promptFrames = 50) => ({
  audio: {
    samples: Float32Array.from({ length: (1 + seconds) * 8000 }, (_, i) => {
      const wave = Math.sin((2 * Math.PI * 440 * i) / 8000);
      return Math.max(-1, Math.min(1, wave * amplitude(i / 8000)));
    }),
    sampleRate: 8000,
  },
  tokens: [new Int32Array((1 + seconds) * 50)],
  promptFrames,
});

test("a take as loud as its prompt is sound", () => {
  const { loudness, change, clipped, silent, longestSilence, problems } = soundness(take(() => 0.1));
  assert.ok(Math.abs(loudness - -23.01) < 0.05 && Math.abs(change!) < 0.05);
  assert.deepEqual([clipped, silent, longestSilence, problems], [0, 0, 0, []]);
});

test("loudness, clipping and silence are told from each other", () => {
  const loud = soundness(take((time) => (time < 1 ? 0.1 : 0.4)));
  assertClose(loud.change!, 12.04, 0.1);
  assert.deepEqual(loud.problems, ["12.0 dB louder than the prompt"]);
  assert.deepEqual(
    soundness(
      take((time) => (time < 1 ? 0.1 : 0.4)),
      { change: 20 },
    ).problems,
    [],
  );
  const clipping = soundness(take(() => 1.3));
  assert.ok(clipping.clipped > 0.2);
  assert.match(clipping.problems.join(), /^\d+\.\d % of samples clipped$/);
  const gap = soundness(take((time) => (time > 1.5 && time < 3.2 ? 0 : 0.1)));
  assert.ok(Math.abs(gap.silent - 17 / 30) < 0.05 && Math.abs(gap.longestSilence - 1.7) < 0.11);
  assert.match(gap.problems.join(), /^1\.\d s of silence$/);
  const silence = soundness(take((time) => (time < 1 ? 0.1 : 0)));
  assert.deepEqual([silence.loudness, silence.silent, silence.problems], [-Infinity, 1, ["silent"]]);
});

test("without a prompt there is no change to speak of", () => {
  const free = soundness(take(() => 0.1, 3, 0));
  assert.deepEqual([free.change, free.problems], [null, []]);
});

test("a take with nothing after its prompt, or not finite, is refused", () => {
  assert.throws(
    () => soundness(take(() => 0.1, 3, 200)),
    /at least 0.1 s after the prompt of 4.00 s, found 0.00 s/,
  );
  assert.throws(() => soundness(take(() => Number.NaN)), /soundness: expected finite samples, found NaN/);
});
