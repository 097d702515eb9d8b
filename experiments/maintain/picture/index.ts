/**
 * The first page's picture, for light and dark pages: which heads know of drums, and the same music with and without
 * SMITIN. `npm run picture` writes docs/images/smitin-light.svg and smitin-dark.svg. Everything is computed: 200 pairs and
 * the first prompt of seed 3, continued with seed 7.
 */
import {
  type Audio,
  bandPairs,
  bandPrompts,
  bestHead,
  captureHeads,
  generateBatch,
  loadMusicGen,
  monitorOnly,
  type ProbeSet,
  smitin,
  type TraitTrace,
  trainProbes,
} from "../../../lib";
import { packagePath } from "../../../lib/disk/packageRoot";
import { writeAtomically } from "../../../lib/disk/writeAtomically";
import { envelope } from "../../../lib/figures/waveform";
import { type PictureTheme, picture } from "./drawing";

const light: PictureTheme = {
  text: "#1f2328",
  quiet: "#59636e",
  line: "#d1d9e0",
  shade: "#eef1f4",
  none: "#6b7280",
  smitin: "#0072b2",
};
const dark: PictureTheme = {
  text: "#f0f6fc",
  quiet: "#9198a1",
  line: "#3d444d",
  shade: "#1f252d",
  none: "#9ca3af",
  smitin: "#56b4e9",
};

async function main(): Promise<void> {
  const model = await loadMusicGen();
  const trait = "drums";
  const pairs = await bandPairs({ trait, count: 200, seconds: 3, seed: 1 });
  const probes: ProbeSet = trainProbes(await captureHeads(model, pairs), { folds: 5, seed: 1 });
  const [prompt] = await bandPrompts({ trait, count: 1, seconds: 3, seed: 3 });
  const steers = [monitorOnly(probes), smitin(probes, { alpha: 20 })];
  const takes = await generateBatch(
    model,
    steers.map((steer) => ({ prompt: prompt.audio, seed: 7, steer })),
    { seconds: 5 },
  );
  const [none, steered] = takes.map(({ audio, trace }) => ({
    wave: envelope(audio as Audio, 330),
    trace: trace!.traits[0] as TraitTrace,
  }));
  const best = bestHead(probes);
  for (const [name, theme] of Object.entries({ light, dark })) {
    const drawing = picture(
      { heads: probes.heads, best, none, steered, promptSeconds: 3, seconds: 8 },
      theme,
    );
    writeAtomically(packagePath(`docs/images/smitin-${name}.svg`), drawing);
  }
}

void main();
