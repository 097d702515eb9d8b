import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { openLabJudge } from "../../experiments/paper/shared/labJudge";
import { startBackend } from "../../lib/engine";
import { clapJudge } from "../../lib/hub/judges";
import { isPresent } from "../../lib/judges/presence";
import { clapLibrary } from "../judges/clapLibrary";

const folder = mkdtempSync(join(tmpdir(), "smitin-clap-"));
after(() => rmSync(folder, { recursive: true }));
const clip = (value: number) => ({ samples: new Float32Array(2000).fill(value), sampleRate: 1000 });

/** A CLAP that hears loud clips as captions without "without". */
const library = clapLibrary({
  texts: async (texts) =>
    texts.map((text) => (text.includes("without") ? Float32Array.of(0, 1) : Float32Array.of(1, 0))),
  audio: async (samples) => (samples[0] > 0.5 ? Float32Array.of(1, 0) : Float32Array.of(0, 1)),
});

test("CLAP decides about traits that the bundled judge does not know, which goes on to embed", async () => {
  await startBackend("wasm");
  const bundled = await openLabJudge("bundled", ["vocals"]);
  assert.deepEqual(bundled.traits, ["drums", "bass", "guitar", "piano"]);
  const files = [
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "onnx/audio_model.onnx",
    "onnx/text_model.onnx",
  ];
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  const hearing = { sampling_rate: 1000, nb_max_samples: 2000, truncation: "rand_trunc" };
  writeFileSync(join(folder, "preprocessor_config.json"), JSON.stringify(hearing));
  const clap = await openLabJudge("clap", ["vocals", "drums"], (_, traits = []) =>
    clapJudge(traits, { model: folder, library }),
  );
  assert.deepEqual(clap.traits, [...bundled.traits, "vocals"]);
  const verdicts = await clap.hear([clip(0.9), clip(0.1)]);
  assert.deepEqual(
    verdicts.map((verdict) => isPresent(verdict, "vocals")),
    [true, false],
  );
  assert.deepEqual(clap.embed([clip(0.1)]), bundled.embed([clip(0.1)]));
  assert.notEqual(clap.fingerprint, bundled.fingerprint);
});
