import { sweepLines } from "../../../lib/figures/sweepLines";
import { correlation } from "../../../lib/judges/agreement";
import type { CellResult } from "../../../lib/sweep/cell";
import { coherenceFindings, songsOf, unmeasured } from "../report/findings";
import { linePoints } from "../report/points";
import { distanceNotes, resultOf, settingsTable } from "../report/settingsTable";
import { referenceFor } from "../shared/distance";
import type { Lab } from "../shared/lab";
import { listenedSweep } from "../shared/listenedSweep";
import type { Finding, Outcome } from "../shared/outcome";
import { trainedFor } from "../shared/probes";
import { headCounts, methods, type SettingResult, settingsOf } from "../shared/settings";
import { promptsFor } from "../shared/songs";
import { isJudged } from "../shared/traits";

const name = "trade-off";

/** Every alpha with every number of heads: stronger steering brings the instrument more often and the prompt less. */
export async function tradeOff(lab: Lab): Promise<Outcome> {
  const { trait, seconds, tradeOff: sizes } = lab.profile;
  const { probes } = await trainedFor(lab, trait);
  const prompts = await promptsFor(lab, trait, sizes.prompts);
  const reference = await referenceFor(lab, trait);
  const topK = headCounts(lab, sizes.topK);
  const sweep = await listenedSweep(lab, {
    experiment: name,
    name: trait,
    probes,
    prompts,
    methods,
    topK,
    alpha: sizes.alpha,
    seconds,
    seeds: [lab.seed],
  });
  const settings = settingsOf(lab, sweep, reference);
  const ofMethod = (method: string) => settings.filter(({ summary }) => summary.method === method);
  const heads = (k: number | "all" | null) => (k === "all" ? probes.heads.length : (k ?? 0));
  return {
    title: "Trade-off along alpha and K",
    about:
      `${prompts.length} prompts without ${trait}; ITI and SMITIN with the K most accurate heads and strengths alpha from ${sizes.alpha[0]} to ` +
      `${sizes.alpha[sizes.alpha.length - 1]} standard deviations.`,
    rows: settings.map((setting) => resultOf(lab, name, setting)),
    table: settingsTable(settings),
    findings: [
      ...["ITI", "SMITIN"].flatMap((method) => {
        const own = ofMethod(method);
        const along = (of: (setting: SettingResult) => number) => own.map(of);
        const alpha = along(({ summary }) => summary.alpha ?? 0);
        const k = along(({ summary }) => heads(summary.topK));
        const success = ({ success }: CellResult) => Number(success);
        const similarity = ({ similarity }: CellResult) => similarity ?? 0;
        const stays = ({ kept, own }: CellResult) => (own ? (kept ?? 0) / own : 0);
        return [
          ...(isJudged(lab, trait)
            ? [
                trend(`${method}: success rises with alpha`, own, alpha, success, 1),
                trend(`${method}: success rises with K`, own, k, success, 1),
              ]
            : []),
          trend(`${method}: similarity to the prompt falls with alpha`, own, alpha, similarity, -1),
          trend(`${method}: similarity to the prompt falls with K`, own, k, similarity, -1),
          trend(`${method}: fewer of the prompt's instruments stay with more alpha`, own, alpha, stays, -1),
          trend(`${method}: fewer of the prompt's instruments stay with more K`, own, k, stays, -1),
        ];
      }),
      ...coherenceFindings(lab, bestHeads(settings), new Map([[trait, reference]])),
    ],
    figures: (isJudged(lab, trait) ? ["ITI", "SMITIN"] : []).map((method) => ({
      name: method,
      figure: sweepLines(
        linePoints([...ofMethod("none"), ...ofMethod(method)], ({ summary }) =>
          summary.topK === null ? summary.method : `K ${summary.topK}`,
        ),
        { title: `${method}, ${trait}: success and coherence against alpha` },
      ),
    })),
    sounds: [],
    notes: [
      "Trends are Spearman's rho over takes, with bootstrap intervals over prompts; a fall is given with its sign turned.",
      "At equal success, ITI with 16 heads (or all there are) is compared with SMITIN on all heads.",
      ...distanceNotes(lab, settings),
    ],
  };
}

/** ITI's settings at the largest K up to 16, SMITIN's on all heads, and the reference. */
function bestHeads(settings: SettingResult[]): SettingResult[] {
  const counts = settings.flatMap(({ summary }) => (typeof summary.topK === "number" ? summary.topK : []));
  const k = counts.length > 0 ? Math.max(...counts.filter((count) => count <= 16)) : "all";
  return settings.filter(
    ({ summary: { method, topK } }) => method === "none" || topK === (method === "ITI" ? k : "all"),
  );
}

/** Spearman's rho between a setting's number and what became of its takes, over all takes. */
function trend(
  claim: string,
  settings: SettingResult[],
  numbers: number[],
  of: (cell: CellResult) => number,
  sign: 1 | -1,
): Finding {
  const x = settings.flatMap(({ cells }, i) => cells.map(() => numbers[i]));
  const y = settings.flatMap(({ cells }) => cells.map((cell) => sign * of(cell)));
  const { rho, low, high } = correlation(x, y, { resamples: 500, clusters: songsOf(settings) });
  if (!Number.isFinite(rho) || !Number.isFinite(low) || !Number.isFinite(high))
    return unmeasured(claim, "every take came out the same");
  return { claim, value: rho, low, high, n: x.length };
}
