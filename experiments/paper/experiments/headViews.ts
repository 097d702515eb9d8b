import { headClips, headPlane, headView } from "../../../lib/figures/headView";
import { type Probe, ranked } from "../../../lib/probes/probe";
import { headRow } from "../report/results";
import { percent, rate } from "../report/table";
import type { Lab } from "../shared/lab";
import type { Outcome, Table } from "../shared/outcome";
import { trainedFor } from "../shared/probes";

const name = "head-views";

/** Clips as the best, the middle and the worst head see them: along the probe's direction, and the strongest at right angles. */
export async function headViews(lab: Lab): Promise<Outcome> {
  const table: Table = {
    columns: ["trait", "rank", "layer", "head", "accuracy % (95 %)", "upward: % of the rest"],
    rows: [],
  };
  const outcome: Outcome = {
    title: "Head views",
    about:
      "Every clip is a point in the plane of one head's probe direction (to the right) and the direction of largest variance at right angles " +
      "to it (upward). In a head that knows the instrument the two kinds of clips lie apart.",
    rows: [],
    table,
    findings: [],
    figures: [],
    sounds: [],
    notes: ["The paper shows these planes as figures, without numbers."],
  };
  for (const trait of lab.profile.traits) {
    const { probes, activations } = await trainedFor(lab, trait);
    const heads = ranked(probes.heads);
    const chosen: [string, Probe][] = [
      ["best", heads[0]],
      ["median", heads[heads.length >> 1]],
      ["worst", heads[heads.length - 1]],
    ];
    for (const [rank, probe] of chosen) {
      const clips = headClips(activations, probe);
      table.rows.push([
        trait,
        rank,
        probe.layer,
        probe.head,
        rate(probe.accuracy, ...probe.interval),
        percent(headPlane(clips).share),
      ]);
      outcome.figures.push({
        name: `${trait}-${rank}`,
        figure: headView(clips, {
          title: `${trait}: the ${rank} head (layer ${probe.layer}, head ${probe.head})`,
        }),
      });
      const n = activations.labels.length;
      outcome.rows.push(headRow(lab, { experiment: name, trait, method: `${rank} head`, n }, probe));
    }
  }
  return outcome;
}
