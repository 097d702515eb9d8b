import type { Figure } from "../../../lib/figures/figure";
import { axis, layout, legend, seriesColour } from "../../../lib/figures/theme";
import { agreement, correlation } from "../../../lib/judges/agreement";
import { mean } from "../../../lib/math/statistics";
import type { TokenGrid } from "../../../lib/model/generate/tokens";
import { captureTokens } from "../../../lib/probes/capture";
import type { ProbeSet } from "../../../lib/probes/probe";
import { monitorOf } from "../../../lib/steering/monitor";
import type { CellResult } from "../../../lib/sweep/cell";
import { probeJudgements } from "../../../lib/sweep/judgements";
import { songsOf, unmeasured } from "../report/findings";
import { paper } from "../report/paper";
import { resultRow } from "../report/results";
import { number, rate } from "../report/table";
import type { Lab } from "../shared/lab";
import type { Finding, Outcome, ResultRow, Table } from "../shared/outcome";
import { trainedFor } from "../shared/probes";
import type { SettingResult } from "../shared/settings";
import { telling } from "../shared/telling";
import { judgedOf } from "../shared/traits";
import { rateOf } from "../shared/ways";
import { continued } from "./continuation";

const name = "judge-agreement";

/** What probes and judge make of one setting's takes. */
interface Setting {
  setting: SettingResult;
  /** Share of takes in which each finds the instrument. */
  probes: number;
  judge: number;
}

/**
 * Do the probes, which did the steering, and the judge, which never saw them, agree on what came out? Both listen to the takes
 * of the continuation experiment.
 */
export async function judgeAgreement(lab: Lab): Promise<Outcome> {
  const table: Table = {
    columns: [
      "trait",
      "n",
      "agree %",
      "kappa (95 %)",
      "rho of scores (95 %)",
      "probes find it %",
      "judge hears it %",
    ],
    rows: [],
  };
  const rows: ResultRow[] = [];
  const settings: Setting[] = [];
  const findings: Finding[] = [];
  for (const trait of judgedOf(lab, lab.profile.traits)) {
    const own = await continued(lab, trait);
    const { probes } = await trainedFor(lab, trait);
    const inside: number[] = [];
    const { threshold } = monitorOf(probes, { threshold: "calibrated" });
    for (const setting of own) {
      const scores = await readBack(lab, probes, setting.cells);
      inside.push(...scores);
      settings.push({
        setting,
        probes: mean(scores.map((score) => Number(score > threshold))),
        judge: setting.summary.success ?? 0,
      });
    }
    const cells = own.flatMap((setting) => setting.cells);
    const decided = cells.map(({ success }) => success === true);
    const scores = own.flatMap((setting) => setting.heard.map((heard) => heard.scores[trait]));
    const found = inside.map((score) => score > threshold);
    const [{ kappa, correlation: rank }] = agreement(
      [
        { judge: "probes", decisions: found, scores: inside },
        { judge: lab.judge.name, decisions: decided, scores },
      ],
      { clusters: songsOf(own) },
    );
    const { success, low, high } = rateOf(found);
    const isKnown = Number.isFinite(rank?.rho) && Number.isFinite(rank?.low);
    table.rows.push([
      trait,
      cells.length,
      100 * kappa.agreed,
      Number.isFinite(kappa.kappa) ? number(kappa.kappa, kappa.low, kappa.high, 2) : "one answer only",
      isKnown ? number(rank!.rho, rank!.low, rank!.high, 2) : "one answer only",
      rate(success, low, high),
      100 * mean(decided.map(Number)),
    ]);
    const claim = `${trait}: takes that the probes find it in are those that the judge hears it in (rho)`;
    findings.push(
      isKnown
        ? { claim, value: rank!.rho, low: rank!.low, high: rank!.high, n: cells.length }
        : unmeasured(claim, "one of them gives every take the same score"),
    );
    rows.push(
      row(lab, trait, "probes", found),
      row(lab, trait, lab.judge.name.replace(/^the /, ""), decided),
    );
  }
  findings.push(overall(settings));
  return {
    title: "Agreement of internal and external judges",
    about:
      "The probes read each finished take of the continuation experiment back, without steering: its last seconds, as long as the clips they were trained " +
      `on; they find the instrument when the median of the 16 best is above the calibrated threshold. ${sentence(lab.judge.name)} heard the same takes.`,
    rows,
    table,
    findings,
    figures: [{ name: "rates", figure: ratePoints(settings) }],
    sounds: [],
    notes: [
      `In the paper success by the probes follows that by independent taggers with rho ${paper.judges.taggers}, and people's with ${paper.judges.people}.`,
      "The paper compares rates over settings, as the figure does; take by take two judges have more room to differ.",
    ],
  };
}

/** Why this experiment says nothing: no trait that the judge decides about. */
export function judgeAgreementLeftOut(lab: Lab): string | undefined {
  if (judgedOf(lab, lab.profile.traits).length > 0) return undefined;
  return `${lab.judge.name} knows none of ${lab.profile.traits.join(", ")}`;
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The median probability of the monitor's heads at the end of each take, read without steering. */
async function readBack(lab: Lab, probes: ProbeSet, cells: CellResult[]): Promise<number[]> {
  const { model, profile } = lab;
  const frames = Math.round(profile.pairSeconds * model.frameRate);
  const grids = cells.map(
    ({ tokens }): TokenGrid => tokens.map((codes) => Int32Array.from(codes.slice(-frames))),
  );
  const activations = await captureTokens(model, grids, {
    onProgress: telling(lab, `${name}: ${probes.trait} read back`),
  });
  return probeJudgements(probes, { ...activations, model }).scores;
}

/** The paper's comparison: rates of success of one kind against the other, a point a setting. */
function overall(settings: Setting[]): Finding {
  const claim = "over settings, success by the probes follows success by the judge (rho; the paper's: .75)";
  const { n, rho, low, high } = correlation(
    settings.map(({ probes }) => probes),
    settings.map(({ judge }) => judge),
  );
  if (![rho, low, high].every(Number.isFinite)) return unmeasured(claim, "all rates are the same");
  return { claim, value: rho, low, high, n };
}

function row(lab: Lab, trait: string, method: string, decisions: boolean[]): ResultRow {
  return resultRow(lab, { experiment: name, trait, method, ...rateOf(decisions) });
}

function ratePoints(settings: Setting[]): Figure {
  const used = ["none", "text", "ITI", "SMITIN"];
  return {
    data: used.map((method, place) => {
      const own = settings.filter(({ setting }) => setting.summary.method === method);
      return {
        type: "scatter",
        name: method,
        mode: "markers",
        x: own.map(({ judge }) => judge),
        y: own.map(({ probes }) => probes),
        text: own.map(({ setting: { trait, summary } }) =>
          summary.alpha === null ? trait : `${trait}, alpha ${summary.alpha}`,
        ),
        marker: { color: seriesColour(method, place), size: 10 },
        hovertemplate: `${method}, %{text}: judge %{x:.1%}, probes %{y:.1%}<extra></extra>`,
      };
    }),
    layout: layout(
      "Success by the judge and by the probes",
      "a point is one setting's takes of one instrument",
      {
        width: 620,
        height: 520,
        legend,
        xaxis: axis("success by the judge", { range: [-0.03, 1.03], tickformat: ".0%", dtick: 0.2 }),
        yaxis: axis("success by the probes", { range: [-0.03, 1.03], tickformat: ".0%", dtick: 0.2 }),
      },
    ),
  };
}
