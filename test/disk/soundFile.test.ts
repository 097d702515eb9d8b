import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { readWav, writeWav } from "../../lib/disk/soundFile";

const folder = mkdtempSync(join(tmpdir(), "smitin-sound-file-"));
after(() => rmSync(folder, { recursive: true }));

/** Every value is exact in 16 bits. */
const sound = Float32Array.of(0, 0.5, -0.5, 0.25, -1);

describe("readWav and writeWav", () => {
  test("make the folder and leave only the finished file", () => {
    const path = join(folder, "new/a.wav");
    writeWav(path, { samples: sound, sampleRate: 16000 });
    assert.deepEqual([...readWav(path).samples], [...sound]);
    assert.deepEqual(readdirSync(join(folder, "new")), ["a.wav"]);
  });

  test("write nothing when the sound is bad", () => {
    const path = join(folder, "bad.wav");
    assert.throws(() => writeWav(path, { samples: Float32Array.of(Number.NaN), sampleRate: 16000 }));
    assert.ok(!readdirSync(folder).some((name) => name.startsWith("bad.wav")));
  });

  test("leave no draft when the file cannot be put in place", () => {
    const path = join(folder, "taken");
    writeWav(join(path, "inside.wav"), { samples: Float32Array.of(0), sampleRate: 16000 });
    assert.throws(() => writeWav(path, { samples: Float32Array.of(0), sampleRate: 16000 }));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("taken")),
      ["taken"],
    );
  });

  test("name the file in an error", () => {
    const path = join(folder, "text.wav");
    writeFileSync(path, "some text");
    assert.throws(
      () => readWav(path),
      (error: Error) => error.message.startsWith(path),
    );
    assert.throws(() => readWav(join(folder, "none.wav")), /none\.wav/);
  });
});
