import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { duration, excerpt } from "../../lib/audio/audio";
import { soundLevel } from "../../lib/audio/level";
import { assertClose } from "../close";

const rate = 8000;
const sine = Float32Array.from({ length: 2 * rate }, (_, i) => Math.sin((2 * Math.PI * 250 * i) / rate));
describe("level", () => {
  test("measures a full-scale sine", () => {
    const found = soundLevel({ samples: sine, sampleRate: rate });
    assertClose(found.rms, -3.01, 0.01);
    assertClose(found.peak, 0, 0.01);
    assertClose(found.active, -3.01, 0.01);
    assert.equal(found.activeShare, 1);
    assertClose(found.clipped, 1 / 16, 0.01); // 2 of the 32 samples of a period are at +-1
  });

  test("leaves silence out of the active loudness", () => {
    const samples = new Float32Array(10 * rate);
    samples.set(sine.map((value) => value * 0.1));
    const found = soundLevel({ samples, sampleRate: rate });
    assertClose(found.rms, -23.01 - 6.99, 0.01);
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
    assertClose(soundLevel({ samples: Float32Array.of(0.5), sampleRate: rate }).active, -6.02, 0.01);
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
