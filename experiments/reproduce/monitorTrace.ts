import { excerpt } from "../../lib/audio/audio";
import { monitorTrace as figureOf } from "../../lib/figures/monitorTrace";
import { isPresent } from "../../lib/judges/presence";
import { mean, wilson } from "../../lib/judges/statistics";
import { generateBatch, type Take } from "../../lib/model/generate";
import { iti, smitin, watch } from "../../lib/steering/compose";
import { difference } from "./findings";
import type { Lab, Outcome } from "./lab";
import { trainedFor } from "./probes";
import { resultRow } from "./results";
import { promptsFor } from "./songs";
import { rate, type Table } from "./table";

const name = "monitor-trace";

/** What the monitor C(t) sees while takes are made, and how hard each method pushes (the paper's figure of the monitor). */
export async function monitorTrace(lab: Lab): Promise<Outcome> {
  const { model, judge, profile, seed } = lab;
  const { trait, alpha, seconds, monitorTrace: sizes } = profile;
  const { probes } = await trainedFor(lab, trait);
  const prompts = await promptsFor(lab, trait, sizes.prompts);
  const ways = {
    none: watch(probes),
    ITI: iti(probes, { alpha: alpha.ITI, monitor: true }),
    SMITIN: smitin(probes, { alpha: alpha.SMITIN }),
    "SMITIN calibrated": smitin(probes, { alpha: alpha.SMITIN, threshold: "calibrated" }),
  };
  const takes = new Map<string, Take[]>();
  for (const [i, [way, steer]] of Object.entries(ways).entries()) {
    lab.signal?.throwIfAborted();
    const batch = prompts.map(({ audio }, k) => ({
      prompt: audio,
      seconds,
      seed: 1000 * seed + k,
      steer,
      signal: lab.signal,
    }));
    takes.set(way, await generateBatch(model, batch));
    lab.onProgress?.({ what: name, done: i + 1, total: Object.keys(ways).length });
  }
  const rows = [...takes].map(([way, list]) => {
    const clips = list.map((take) => excerpt(take.audio, take.promptFrames / model.frameRate));
    const hits = judge.hear(clips).filter((verdict) => isPresent(verdict, trait)).length;
    const [low, high] = wilson(hits, list.length);
    return { way, list, success: hits / list.length, low, high };
  });
  const names = Object.keys(ways);
  const first = names.map((way) => takes.get(way)![0]);
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
    rows: rows.map(({ way, list, success, low, high }) => [
      way,
      strengthOf(way, alpha),
      list.length,
      list[0].trace?.threshold ?? null,
      mean(list.map(meanMonitor)),
      100 * mean(list.map((take) => mean(take.trace!.strength.map((share) => Number(share > 0))))),
      mean(list.map((take) => mean(take.trace!.strength))),
      rate(success, low, high),
    ]),
  };
  return {
    title: "Monitor trace",
    about:
      `${sizes.prompts} prompts without ${trait}, continued for ${seconds} s from the same seeds in four ways. C(t) is the median probability of the ` +
      "16 best probes; SMITIN pushes while it is below the threshold, by 1 - C(t) of its full strength.",
    rows: rows.map(({ way, list, success, low, high }) =>
      resultRow(lab, {
        ...{ experiment: name, trait, method: way, n: list.length, success, low, high },
        alpha: strengthOf(way, alpha),
        topK: way === "none" ? null : way === "ITI" ? Math.min(16, probes.heads.length) : "all",
        direction: way === "none" ? null : "probe",
      }),
    ),
    table,
    findings: ["ITI", "SMITIN"].map((way) =>
      difference(
        `the monitor sees more of ${trait} with ${way} than without`,
        takes.get(way)!.map(meanMonitor),
        takes.get("none")!.map(meanMonitor),
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
  return mean(take.trace!.monitor);
}

function strengthOf(way: string, alpha: { ITI: number; SMITIN: number }): number | null {
  if (way === "none") return null;
  return way === "ITI" ? alpha.ITI : alpha.SMITIN;
}
