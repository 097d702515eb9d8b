import assert from "node:assert/strict";
import { test } from "node:test";
import type { Audio } from "../../lib/audio/audio";
import { similarity } from "../../lib/judges/similarity";
import { normal, random } from "../../lib/math/random";

const tone = (hertz: number): Audio => ({
  samples: Float32Array.from({ length: 16000 }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hertz * i) / 16000)),
  sampleRate: 16000,
});
const noise = (seed: number): Audio => {
  const uniform = random(seed);
  return { samples: Float32Array.from({ length: 16000 }, () => 0.1 * normal(uniform)), sampleRate: 16000 };
};

test("a clip is like itself, nearly like its neighbour, unlike another sound", () => {
  const reference = [tone(200), tone(3000), noise(1)];
  const [itself, near, far] = similarity(
    [tone(200), noise(2), noise(2)],
    [tone(200), noise(1), tone(200)],
    reference,
  );
  assert.ok(itself > 0.9999, `${itself}`);
  assert.ok(near > 0.95, `${near}`);
  assert.ok(far < 0.2, `${far}`);
});

test("there must be a clip a prompt", () => {
  assert.throws(() => similarity([tone(200)], [], []), /expected 0 clips, one a prompt, found 1/);
});

test("clips that cannot be compared are refused", () => {
  const broken = tone(200);
  broken.samples[8000] = Number.NaN;
  assert.throws(
    () => similarity([broken], [tone(200)], [tone(300)]),
    /finite samples, found NaN at 0.500 s of clip 0/,
  );
  assert.throws(() => similarity([tone(200)], [tone(200)], []), /similarity's reference: .* found none/);
  const other = { ...tone(200), sampleRate: 8000 };
  assert.throws(
    () => similarity([tone(200)], [other], [tone(300)]),
    /found 16000 Hz in clip 0 and 8000 Hz in clip 1/,
  );
});
