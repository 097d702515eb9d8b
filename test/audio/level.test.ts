import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { duration, excerpt } from "../../lib/audio/audio";
import { soundLevel } from "../../lib/audio/level";

const rate = 8000;
const sine = Float32Array.from({ length: 2 * rate }, (_, i) => Math.sin((2 * Math.PI * 250 * i) / rate));
const near = (found: number, expected: number) => assert.ok(Math.abs(found - expected) < 0.01, `${found}`);

describe("level", () => {
  test("measures a full-scale sine", () => {
    const found = soundLevel({ samples: sine, sampleRate: rate });
    near(found.rms, -3.01);
    near(found.peak, 0);
    near(found.active, -3.01);
    assert.equal(found.activeShare, 1);
    near(found.clipped, 1 / 16); // 2 of the 32 samples of a period are at +-1
  });

  test("leaves silence out of the active loudness", () => {
    const samples = new Float32Array(10 * rate);
    samples.set(sine.map((value) => value * 0.1));
    const found = soundLevel({ samples, sampleRate: rate });
    near(found.rms, -23.01 - 6.99);
    assert.ok(found.active > -24 && found.active <= -23);
    assert.ok(found.activeShare > 0.18 && found.activeShare < 0.25);
    assert.equal(found.clipped, 0);
  });

  test("calls silence -Infinity, takes clips shorter than a block, refuses no samples", () => {
    const silent = soundLevel({ samples: new Float32Array(rate), sampleRate: rate });
    assert.deepEqual(
      [silent.rms, silent.peak, silent.active, silent.activeShare],
      [-Infinity, -Infinity, -Infinity, 0],
    );
    near(soundLevel({ samples: Float32Array.of(0.5), sampleRate: rate }).active, -6.02);
    assert.throws(() => soundLevel({ samples: new Float32Array(), sampleRate: rate }), /at least one sample/);
  });
});

describe("excerpt", () => {
  test("cuts in seconds, stops at the ends, refuses an empty part", () => {
    const audio = { samples: sine, sampleRate: rate };
    assert.equal(duration(excerpt(audio, 0.5, 1.25)), 0.75);
    assert.equal(duration(excerpt(audio, 1.5, 9)), 0.5);
    assert.throws(() => excerpt(audio, 2, 3), /no sound from 2 to 3 s: the audio is 2 s long/);
  });
});
