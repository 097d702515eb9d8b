import { join } from "node:path";
import "../../lib/disk/soundFont";
import { packagePath } from "../../lib/disk/packageRoot";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { headGrid } from "../../lib/figures/headGrid";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { bandScorePairs, scoreTraits } from "../../lib/music/scorePairs";
import { captureHeads } from "../../lib/probes/capture";
import { ranked } from "../../lib/probes/probe";
import { trainProbes } from "../../lib/probes/train";
import { saveFigure } from "../../lib/stills/saveFigure";
import type { Profile } from "./profile";

const seed = 1;

/**
 * What the model's heads know of the band's score: probes of mode and tempo class on pairs that differ in nothing else. Writes
 * score.json and a grid of heads a trait.
 */
export async function probeScore(
  _: Profile,
  {
    from,
    to = packagePath("figures/model"),
    pairs: count = 200,
  }: { from?: string; to?: string; pairs?: number },
): Promise<void> {
  const model = await loadMusicGen(from);
  const rows = [];
  for (const trait of Object.keys(scoreTraits)) {
    const pairs = await bandScorePairs({ trait, count, seconds: 3, seed });
    const recipe = `${count} pairs of 3 s, ${trait} or not, studio band, seed ${seed}`;
    const probes = trainProbes(await captureHeads(model, pairs, { recipe }), { seed });
    const { statistics, heads } = probes;
    const [{ layer, head, accuracy, interval }] = ranked(heads);
    rows.push({ trait, pairs: count, seed, best: { layer, head, accuracy, interval }, statistics });
    console.log(
      `${trait}: best head ${accuracy.toFixed(3)} (${interval.map((end) => end.toFixed(3)).join(" - ")}), layer ${layer}, head ${head}; median ${statistics.median.toFixed(3)}, worst ${statistics.min.toFixed(3)}; ${recipe}`,
    );
    await saveFigure(join(to, `score-${trait}.svg`), headGrid(probes));
  }
  writeAtomically(join(to, "score.json"), `${JSON.stringify(rows, null, 1)}\n`);
}
