import { monitorTrace as figureOf } from "../../../lib/figures/monitorTrace";
import { mean } from "../../../lib/math/statistics";
import type { Take } from "../../../lib/model/generate/generate";
import type { TraitTrace } from "../../../lib/model/intervention";
import { bestHeadsOf } from "../../../lib/probes/defaults";
import { iti, monitorOnly, smitin } from "../../../lib/steering/methods";
import { difference } from "../report/findings";
import { resultRow } from "../report/results";
import { rate } from "../report/table";
import type { Lab } from "../shared/lab";
import type { Outcome, Table } from "../shared/outcome";
import { trainedFor } from "../shared/probes";
import { promptsFor } from "../shared/songs";
import { inWays, successIn } from "../shared/ways";

const name = "monitor-trace";

/** What the monitor C(t) sees while takes are made, and how hard each method pushes (the paper's figure of the monitor). */
export async function monitorTrace(lab: Lab): Promise<Outcome> {
  const { model, profile } = lab;
  const { trait, alpha, seconds, monitorTrace: sizes } = profile;
  const { probes } = await trainedFor(lab, trait);
  const prompts = await promptsFor(lab, trait, sizes.prompts);
  const steers = {
    none: monitorOnly(probes),
    ITI: iti(probes, { alpha: alpha.ITI, monitor: true }),
    SMITIN: smitin(probes, { alpha: alpha.SMITIN }),
    "SMITIN calibrated": smitin(probes, { alpha: alpha.SMITIN, threshold: "calibrated" }),
  };
  const ways = await inWays(lab, name, steers, prompts);
  const rows = ways.map((one) => ({ ...one, ...successIn(lab, one, trait) }));
  const [none, ...steered] = ways;
  const names = ways.map(({ way }) => way);
  const first = ways.map(({ takes }) => takes[0]);
  const table: Table = {
    columns: [
      "method",
      "alpha",
      "n",
      "threshold",
      "mean C",
      "steps with a push %",
      "mean strength",
      "success % (95 %)",
    ],
    rows: rows.map(({ way, takes, success, low, high }) => [
      way,
      strengthOf(way, alpha),
      takes.length,
      traceOf(takes[0]).threshold,
      mean(takes.map(meanMonitor)),
      100 * mean(takes.map((take) => mean(traceOf(take).strength.map((share) => Number(share > 0))))),
      mean(takes.map((take) => mean(traceOf(take).strength))),
      rate(success, low, high),
    ]),
  };
  return {
    title: "Monitor trace",
    about:
      `${prompts.length} prompts without ${trait}, continued for ${seconds} s from the same seeds in four ways. C(t) is the median probability of the ` +
      "16 best probes; SMITIN pushes while it is below the threshold, by 1 - C(t) of its full strength.",
    rows: rows.map(({ way, n, success, low, high }) =>
      resultRow(lab, {
        ...{ experiment: name, trait, method: way, n, success, low, high },
        alpha: strengthOf(way, alpha),
        topK: way === "none" ? null : way === "ITI" ? bestHeadsOf(probes.heads.length) : "all",
        direction: way === "none" ? null : "probe",
      }),
    ),
    table,
    findings: steered
      .slice(0, 2)
      .map(({ way, takes }) =>
        difference(
          `the monitor sees more of ${trait} with ${way} than without`,
          takes.map(meanMonitor),
          none.takes.map(meanMonitor),
        ),
      ),
    figures: [
      {
        name: "trace",
        figure: figureOf(first, { trait, names, frameRate: model.frameRate }),
      },
    ],
    sounds: names.map((way, i) => ({
      name: way.replace(" ", "-"),
      label: way,
      audio: first[i].audio,
      prompt: first[i].promptFrames / model.frameRate,
    })),
    notes: [
      "The paper's threshold, median - standard deviation of the accuracies, is a property of the probes and not of C(t); " +
        '"calibrated" is half-way between what the monitor reads on clips with and without the instrument.',
    ],
  };
}

function meanMonitor(take: Take): number {
  return mean(traceOf(take).monitor);
}

/** Every way steers or watches for one trait. */
function traceOf(take: Take): TraitTrace {
  return take.trace!.traits[0];
}

function strengthOf(way: string, alpha: { ITI: number; SMITIN: number }): number | null {
  if (way === "none") return null;
  return way === "ITI" ? alpha.ITI : alpha.SMITIN;
}
