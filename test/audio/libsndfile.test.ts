import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openSound } from "../../lib/disk/soundFile";
import { pythonWith } from "../kernel/python";
import { ape, id3, id3v1, lyrics, oddWavs } from "./riff";

const python = pythonWith("soundfile", "numpy");
const skip = python ? false : "no Python with soundfile and numpy (set SMITIN_PYTHON)";

interface Read {
  name: string;
  frames: number;
  rate: number;
  /** Of the mean of the channels, 17 from the first to the last. */
  samples: number[];
  /** Why libsndfile did not read it. */
  error?: string;
}

describe("sound files are read as libsndfile reads them", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-libsndfile-"));
  let all: Read[];
  after(() => rmSync(folder, { recursive: true }));

  before(() => {
    const run = (verb: string) => {
      const words = [join(__dirname, "libsndfile.py"), verb, folder];
      const { status, stdout, stderr } = spawnSync(python!, words, { encoding: "utf8", maxBuffer: 2 ** 28 });
      assert.equal(status, 0, stderr);
      return stdout;
    };
    run("make");
    for (const [what, bytes] of Object.entries(odd())) writeFileSync(join(folder, what), bytes);
    all = run("read")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  });

  /** Files with tags and junk around them, and the odd ones. */
  function odd(): Record<string, Uint8Array> {
    const made = readdirSync(folder).filter((name) => /-2-(44100|48000)-20000\./.test(name));
    const files: Record<string, Uint8Array> = {};
    for (const name of made) {
      const bytes = readFileSync(join(folder, name));
      const isPlain = /\.(wav|aiff)$/.test(name);
      Object.assign(files, {
        [`id3 first ${name}`]: Buffer.concat([id3(77), bytes]),
        [`id3v1 behind ${name}`]: Buffer.concat([bytes, id3v1]),
        [`much behind ${name}`]: Buffer.concat([bytes, Buffer.alloc(700), ape(), lyrics, id3v1]),
        [`ones behind ${name}`]: Buffer.concat([bytes, Buffer.alloc(3000, 0xff)]),
        ...(isPlain ? { [`cut ${name}`]: bytes.subarray(0, bytes.length - 1001) } : {}),
      });
    }
    for (const [what, bytes] of Object.entries(oddWavs)) files[`${what}.wav`] = bytes;
    return files;
  }

  test("as many frames, at their rate, of the same values: several hundred files of all kinds", async () => {
    let compared = 0;
    for (const { name, frames, rate, samples, error } of all) {
      if (error || name.startsWith("cut ") || ourOwn.has(name)) continue;
      const sound = await openSound(join(folder, name));
      assert.deepEqual([name, sound.frames, sound.sampleRate], [name, frames, rate]);
      const read = sound.read(0, frames);
      const near = /\.(mp3|ogg)$/.test(name) ? 2e-3 : 1e-6;
      for (const [i, sample] of samples.entries()) {
        const own = read[Math.floor((i * (frames - 1)) / 16)];
        assert.ok(Math.abs(own - sample) <= near, `${name}: sample ${i}: ${own}, libsndfile ${sample}`);
      }
      compared++;
    }
    assert.ok(compared > 700, `${compared} files`);
  });

  test("but that a file that is cut is refused, where libsndfile reads what is left", async () => {
    const cut = all.filter(({ name }) => name.startsWith("cut "));
    assert.ok(cut.length > 20);
    for (const { name } of cut)
      await assert.rejects(
        openSound(join(folder, name)),
        (error: Error) => error.message.startsWith(join(folder, name)) && /truncated$/.test(error.message),
      );
  });
});

/** What libsndfile does not read, or reads as no sound at all. */
const ourOwn = new Set([
  "sizes of zero.wav",
  "a data size of zero alone.wav",
  "RF64 that states no size.wav",
]);
