import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ValueActivations } from "../../lib/probes/activations";

/** Ridge regressions as scikit-learn fits them: test/fixtures/make/ridge.py. */
export const fixture = JSON.parse(readFileSync(join(__dirname, "../fixtures/ridge.json"), "utf8"));

/** What they were fitted on. */
export function fixtureActivations(): ValueActivations {
  return {
    z: Float32Array.from(fixture.z),
    shape: fixture.shape,
    values: Float32Array.from(fixture.values),
    unit: "beats/min",
    group: Int32Array.from(fixture.song),
    trait: "tempo",
    site: "layers.*.selfAttention.z",
    model: { name: "made up", fingerprint: "0123" },
    recipe: "made up",
  };
}
