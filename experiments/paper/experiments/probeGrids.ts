import { bestHead, headGrid } from "../../../lib/figures/headGrid";
import { headRanking } from "../../../lib/figures/headRanking";
import type { ProbeSet } from "../../../lib/probes/probe";
import { betterThanChance } from "../report/findings";
import { paper } from "../report/paper";
import { headRow } from "../report/results";
import { percent, rate } from "../report/table";
import type { Lab } from "../shared/lab";
import type { Outcome } from "../shared/outcome";
import { trainedFor } from "../shared/probes";

/** How well every head's probe tells clips with an instrument from the same clips without it (the paper's accuracy grids). */
export async function probeGrids(lab: Lab): Promise<Outcome> {
  const sets: ProbeSet[] = [];
  for (const trait of lab.profile.traits) sets.push((await trainedFor(lab, trait)).probes);
  const best = sets.map((probes) => bestHead(probes));
  const { pairs, pairSeconds } = lab.profile;
  return {
    title: "Probe accuracy",
    about:
      `One logistic regression a head, on the output of that head at the last step of clips of ${pairSeconds} s with and ` +
      `without an instrument (${pairs} pairs each). Accuracy is out of fold, with all clips of a song in one fold.`,
    rows: sets.map(({ trait, training: { clips: n } }, i) =>
      headRow(lab, { experiment: "probe-grids", trait, method: "probe", n }, best[i]),
    ),
    table: {
      columns: [
        "trait",
        "clips",
        "best head % (95 %)",
        "layer",
        "head",
        "median head %",
        "worst head %",
        "paper %",
      ],
      rows: sets.map(({ trait, training, statistics }, i) => [
        trait,
        training.clips,
        rate(best[i].accuracy, ...best[i].interval),
        best[i].layer,
        best[i].head,
        percent(statistics.median),
        percent(statistics.min),
        paper.probeAccuracy[trait] ?? null,
      ]),
    },
    findings: sets.map(({ trait, training }, i) =>
      betterThanChance(`the best head tells ${trait} better than chance`, training.clips, best[i]),
    ),
    figures: [
      ...sets.map((probes) => ({ name: `grid-${probes.trait}`, figure: headGrid(probes) })),
      { name: "ranking", figure: headRanking(sets) },
    ],
    sounds: [],
    notes: [
      "The best of many heads is chosen on the clips that its accuracy is given for: with few clips the best one is a little flattered.",
    ],
  };
}
