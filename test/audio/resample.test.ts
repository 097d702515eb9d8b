import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Audio } from "../../lib/audio/audio";
import { resample } from "../../lib/audio/resample";

describe("resample", () => {
  for (const [from, to] of [
    [44100, 16000],
    [44100, 32000],
    [48000, 32000],
    [32000, 16000],
    [16000, 32000],
    [22050, 16001],
  ]) {
    const edge = Math.min(from, to) / 2;

    test(`keeps tones up to 0.9 of the half-rate from ${from} to ${to} Hz: level, phase, frequency`, () => {
      for (const share of [0.05, 0.3, 0.7, 0.9]) {
        const hz = share * edge;
        const error = inner(resample(tone(hz, from), to), (t) => Math.sin(2 * Math.PI * hz * t + 0.3));
        // an error 80 dB below the tone bounds the ripple by 0.001 dB
        assert.ok(error < -80, `${hz} Hz: error of ${error} dB`);
      }
    });

    if (from > to)
      test(`removes what ${to} Hz cannot hold from ${from} Hz by at least 90 dB`, () => {
        for (const share of [1.001, 1.05, 1.2, 1.35])
          if (share * edge < from / 2) {
            const alias = inner(resample(tone(share * edge, from), to), () => 0);
            assert.ok(alias < -90, `${share * edge} Hz: alias of ${alias} dB`);
          }
      });
  }

  test("removes aliases with a shorter filter as well, from a narrower pass band", () => {
    const short = { crossings: 24, attenuation: 70 };
    const alias = inner(resample(tone(8050, 44100), 16000, short), () => 0);
    assert.ok(alias < -60, `alias of ${alias} dB`);
    const kept = resample(tone(6400, 44100), 16000, short);
    assert.ok(inner(kept, (t) => Math.sin(2 * Math.PI * 6400 * t + 0.3)) < -60);
    assert.throws(() => resample(kept, 8000, { crossings: 4 }), /crossings must be at least 8, found 4/);
    assert.throws(() => resample(kept, 8000, { attenuation: 5 }), /must be 60 to 120 dB, found 5/);
  });

  test("gives ceil(n * up / down) samples and keeps the first instant in place", () => {
    const click = { samples: new Float32Array(44101), sampleRate: 44100 };
    click.samples[22050] = 1;
    const { samples, sampleRate } = resample(click, 16000);
    assert.equal(sampleRate, 16000);
    assert.equal(samples.length, 16001);
    assert.equal(samples.indexOf(Math.max(...samples)), 8000);
  });

  test("shares the samples at the same rate and accepts a clip shorter than the filter", () => {
    const clip = tone(100, 16000, 5);
    assert.equal(resample(clip, 16000).samples, clip.samples);
    assert.equal(resample(clip, 32000).samples.length, 10);
  });

  test("refuses rates that are no positive integers", () => {
    for (const rate of [0, -1, 0.5, Number.NaN])
      assert.throws(() => resample(tone(1, 8000, 8), rate), new RegExp(`positive integer, found ${rate}`));
  });
});

function tone(hz: number, sampleRate: number, length = sampleRate / 2): Audio {
  const samples = Float32Array.from({ length }, (_, i) =>
    Math.sin((2 * Math.PI * hz * i) / sampleRate + 0.3),
  );
  return { samples, sampleRate };
}

/** Distance to what is expected, in dB below a full-scale sine, away from the ends. */
function inner({ samples, sampleRate }: Audio, expected: (seconds: number) => number): number {
  let sum = 0;
  for (let i = 1000; i < samples.length - 1000; i++) sum += (samples[i] - expected(i / sampleRate)) ** 2;
  return 10 * Math.log10((2 * sum) / (samples.length - 2000));
}
