import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LOG_MEL_FLOOR, logMel, melFilterbank, melFrequencies, stft } from "../../lib/audio/spectrum";
import { assertClose } from "../close";

const rate = 16000;
const chirp = Float32Array.from({ length: 1200 }, (_, i) => 0.5 * Math.sin(i * i * 1e-3) + 0.1);

describe("stft", () => {
  test("equals the definition: reflected ends, periodic Hann window, discrete Fourier transform", () => {
    const [fft, hop] = [64, 48];
    const { data, frames, bins } = stft(chirp, { fft, hop });
    assert.deepEqual([frames, bins], [1 + Math.floor(1200 / hop), 33]);
    for (const frame of [0, 1, 7, frames - 1])
      for (let bin = 0; bin < bins; bin++) {
        let [re, im] = [0, 0];
        for (let i = 0; i < fft; i++) {
          let at = Math.abs(frame * hop - fft / 2 + i);
          if (at > 1199) at = 2 * 1199 - at;
          const value = chirp[at] * Math.sin((Math.PI * i) / fft) ** 2;
          re += value * Math.cos((2 * Math.PI * bin * i) / fft);
          im += value * Math.sin((2 * Math.PI * bin * i) / fft);
        }
        assertClose(data[frame * bins + bin], Math.hypot(re, im), 1e-5);
      }
  });

  test("takes clips shorter than half a window, down to one sample", () => {
    for (const length of [1, 2, 100]) {
      const { data, frames } = stft(chirp.slice(0, length), { fft: 1024 });
      assert.equal(frames, 1);
      assert.ok(data.every(Number.isFinite));
    }
  });

  test("refuses no samples, odd window lengths and hops", () => {
    assert.throws(() => stft(new Float32Array()), /at least one sample/);
    assert.throws(() => stft(chirp, { fft: 1000 }), /power of two, at least 4, found 1000/);
    assert.throws(() => stft(chirp, { hop: 0 }), /hop must be a positive integer, found 0/);
  });
});

describe("logMel", () => {
  test("puts a tone into the band around its frequency, at its magnitude", () => {
    const hz = 1000; // bin 64 exactly
    const samples = Float32Array.from({ length: rate }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));
    const { data, frames, mels } = logMel({ samples, sampleRate: rate });
    assert.deepEqual([frames, mels], [63, 64]);
    const row = data.slice(30 * mels, 31 * mels);
    const edges = melFrequencies(66, 30, 8000);
    const loudest = row.indexOf(Math.max(...row));
    assert.ok(edges[loudest] < hz && hz < edges[loudest + 2]);
    // a Hann window spreads a full-scale sine on a bin as 1/2, 1, 1/2 over three bins
    const bank = melFilterbank(rate);
    const expected = bank[loudest * 513 + 63] / 2 + bank[loudest * 513 + 64] + bank[loudest * 513 + 65] / 2;
    assertClose(row[loudest], Math.log(expected + LOG_MEL_FLOOR), 1e-4);
  });

  test("is the floor's logarithm in silence", () => {
    const { data } = logMel({ samples: new Float32Array(4096), sampleRate: rate });
    assert.ok(data.every((value) => value === Math.fround(Math.log(LOG_MEL_FLOOR))));
  });
});

describe("melFilterbank", () => {
  test("is triangular in Hz between edges evenly spaced in mel (HTK)", () => {
    const edges = melFrequencies(4, 0, 8000);
    assertClose(2595 * Math.log10(1 + edges[1] / 700), 2840.023 / 3, 1e-2);
    const bank = melFilterbank(rate, { fft: 4096, mels: 2, fmin: 0 });
    const bin = 300;
    const hz = (bin * rate) / 4096;
    const [low, peak] = edges;
    const expected = hz < peak ? (hz - low) / (peak - low) : (edges[2] - hz) / (edges[2] - peak);
    assertClose(bank[bin], expected, 1e-6);
  });

  test("refuses an empty band", () => {
    assert.throws(
      () => melFilterbank(rate, { fmax: 9000 }),
      /0 <= fmin < fmax <= 8000 Hz, found 30 and 9000/,
    );
    assert.throws(() => melFilterbank(rate, { mels: 0 }), /mels must be a positive integer, found 0/);
  });
});
