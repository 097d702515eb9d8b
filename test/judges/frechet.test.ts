import assert from "node:assert/strict";
import { test } from "node:test";
import type { Audio } from "../../lib/audio/audio";
import { type EmbeddedClips, embedClips, judgeEmbedding, timbreEmbedding } from "../../lib/judges/embedding";
import { frechetDistance, frechetOf } from "../../lib/judges/frechet";
import type { PresenceJudge } from "../../lib/judges/presence";
import { frechetTo, gaussian } from "../../lib/math/gaussian";
import { normal, random } from "../../lib/math/random";
import { assertClose } from "../close";
import { judgesFixture } from "./fixture";

const normals = (clips: number, seed: number, shift = 0, dimension = 4): EmbeddedClips => {
  const uniform = random(seed);
  const vector = () => Float32Array.from({ length: dimension }, () => shift + normal(uniform));
  return {
    set: `set ${seed}`,
    embedding: "made up",
    dimension,
    sampleRate: 16000,
    clips: Array.from({ length: clips }, () => [vector(), vector()]),
  };
};
const noise = (seconds: number, seed: number, sampleRate = 8000): Audio => {
  const uniform = random(seed);
  return {
    samples: Float32Array.from({ length: seconds * sampleRate }, () => 0.1 * normal(uniform)),
    sampleRate,
  };
};

test("distances, shrunk or not, are SciPy's", () => {
  for (const { a, b, distance, shrunk, ledoitWolf, shares } of judgesFixture.frechet) {
    const rows = (list: number[][]) => list.map((row) => Float32Array.from(row));
    const between = (shrinkage?: number | "ledoit-wolf") =>
      frechetTo(gaussian(rows(b), shrinkage))(gaussian(rows(a), shrinkage));
    if (distance !== null) assertClose(between(), distance, { ofEach: 1e-6 });
    assertClose(between(0.1), shrunk, { ofEach: 1e-6 });
    assertClose(between("ledoit-wolf"), ledoitWolf, { ofEach: 1e-6 });
    assertClose(gaussian(rows(a), "ledoit-wolf").shrinkage, shares[0], { ofEach: 1e-6 });
  }
});

test("a distance names its embedding and sets, and its interval separates what differs", () => {
  const reference = normals(150, 1);
  const near = frechetDistance(normals(60, 2), reference, { resamples: 60, seed: 3 });
  const far = frechetDistance(normals(60, 4, 0.7), reference, { resamples: 60, seed: 3 });
  assert.ok(far.low! > near.high!, `${near.high} and ${far.low}`);
  assert.ok(near.low! <= near.value && near.value <= near.high!);
  assert.deepEqual(
    [
      near.embedding,
      near.dimension,
      near.set,
      near.reference,
      near.clips,
      near.windows,
      near.referenceWindows,
    ],
    ["made up", 4, "set 2", "set 1", 60, 120, 300],
  );
  assert.deepEqual(frechetDistance(normals(60, 2), reference, { resamples: 60, seed: 3 }), near);
  const every = frechetOf(normals(60, 2), reference)(Array.from({ length: 60 }, (_, i) => i));
  assertClose(every, near.value, { ofEach: 1e-6 });
});

test("few clips make the distance too large; the extrapolation takes most of that off", () => {
  const reference = normals(2000, 1, 0, 6);
  let plain = 0;
  let limit = 0;
  for (let seed = 10; seed < 16; seed++) {
    const few = normals(40, seed, 0, 6);
    plain += frechetDistance(few, reference, { resamples: 0 }).value / 6;
    const extrapolated = frechetDistance(few, reference, { resamples: 0, extrapolate: true, seed });
    limit += extrapolated.value / 6;
    assert.ok(extrapolated.extrapolated && extrapolated.fit! > 0 && extrapolated.fit! <= 1);
    assert.equal(extrapolated.low, null);
  }
  assert.ok(plain > 0.1, `${plain}`);
  assert.ok(Math.abs(limit) < 0.4 * plain, `${plain} and ${limit}`);
  const interval = frechetDistance(normals(40, 10, 0, 6), reference, { resamples: 20, extrapolate: true });
  assert.ok(interval.low! < interval.value && interval.value < interval.high!);
});

test("too few clips, and sets that cannot be compared, are refused", () => {
  const reference = normals(30, 1);
  assert.throws(
    () => frechetDistance(normals(2, 2), reference),
    /set 2: expected more windows than the embedding's 4 dimensions, found 4 in 2 clips; add clips, or set shrinkage/,
  );
  assert.ok(frechetDistance(normals(2, 2), reference, { shrinkage: 0.2, resamples: 0 }).value > 0);
  assert.throws(
    () => frechetDistance(normals(1, 2), reference, { shrinkage: 0.2 }),
    /at least 2 clips, found 1/,
  );
  assert.throws(
    () => frechetDistance(normals(5, 2), reference, { extrapolate: true }),
    /twice as many in all, found 5/,
  );
  assert.throws(
    () => frechetDistance(normals(9, 2), reference, { shrinkage: 2 }),
    /shrinkage: expected 0 to 1/,
  );
  assert.throws(
    () => frechetDistance({ ...normals(9, 2), embedding: "another" }, reference),
    /expected one embedding, found another and made up/,
  );
  assert.throws(
    () => frechetDistance({ ...normals(9, 2), sampleRate: 32000 }, reference),
    /expected one sampleRate, found 32000 and 16000/,
  );
});

test("clips are embedded window by window", async () => {
  const timbres = await embedClips(timbreEmbedding, "noise", [noise(2, 1), noise(1, 2)]);
  assert.deepEqual([timbres.dimension, timbres.sampleRate], [128, 8000]);
  assert.deepEqual(
    timbres.clips.map((windows) => windows.length),
    [3, 1],
  );
  const lengths: number[] = [];
  const judge = {
    embed: (clips: Audio[]) =>
      clips.map((clip) => {
        lengths.push(clip.samples.length / clip.sampleRate);
        return new Float32Array(32);
      }),
  } as PresenceJudge;
  const heard = await embedClips(judgeEmbedding(judge), "noise", [noise(3, 1), noise(3, 2, 16000)]);
  assert.deepEqual(lengths, Array(6).fill(1.5));
  assert.deepEqual([heard.dimension, heard.sampleRate, heard.clips.length], [32, 0, 2]);
});

test("clips that cannot be embedded are refused by name", async () => {
  const refused = (clips: Audio[], message: RegExp) =>
    assert.rejects(embedClips(timbreEmbedding, "takes", clips), message);
  await refused([], /timbre statistics of takes: expected at least one clip, found none/);
  await refused([noise(2, 1), noise(0.5, 1)], /expected at least 1 s of audio, found 0.50 s in clip 1/);
  await refused(
    [noise(2, 1), noise(2, 1, 16000)],
    /one sample rate, found 8000 Hz in clip 0 and 16000 Hz in clip 1/,
  );
  const broken = noise(2, 1);
  broken.samples[4000] = Number.NaN;
  await refused([broken], /expected finite samples, found NaN at 0.500 s of clip 0/);
});
