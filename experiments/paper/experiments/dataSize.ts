import type { Figure } from "../../../lib/figures/figure";
import { axis, layout, legend, seriesColour } from "../../../lib/figures/theme";
import { itiMethod, smitinMethod } from "../../../lib/sweep/method";
import { successDifference } from "../report/findings";
import { paper } from "../report/paper";
import { distanceNotes, resultOf, settingsTable } from "../report/settingsTable";
import { referenceFor } from "../shared/distance";
import type { Lab } from "../shared/lab";
import { listenedSweep } from "../shared/listenedSweep";
import type { Outcome } from "../shared/outcome";
import { firstPairs, probesFrom, trainedFor } from "../shared/probes";
import { type SettingResult, settingsOf } from "../shared/settings";
import { promptsFor } from "../shared/songs";
import { isJudged } from "../shared/traits";

const name = "data-size";

/** Success against the number of pairs that the probes were trained on. */
export async function dataSize(lab: Lab): Promise<Outcome> {
  const { trait, pairs: all, seconds, alpha, dataSize: sizes } = lab.profile;
  const { activations } = await trainedFor(lab, trait);
  const prompts = await promptsFor(lab, trait, sizes.prompts);
  const reference = await referenceFor(lab, trait);
  const counts = [...new Set([...sizes.pairs.filter((count) => count < all), all])].sort((a, b) => a - b);
  const settings: (SettingResult & { pairs: number })[] = [];
  const accuracy: [pairs: number, best: number][] = [];
  for (const count of counts) {
    const probes = probesFrom(lab, firstPairs(activations, count));
    accuracy.push([count, probes.statistics.max]);
    for (const [method, strength] of [
      [itiMethod({}, "ITI"), alpha.ITI],
      [smitinMethod({}, "SMITIN"), alpha.SMITIN],
    ] as const) {
      const sweep = await listenedSweep(lab, {
        experiment: name,
        name: `${count}-pairs-${method.name}`,
        probes,
        prompts,
        methods: [method],
        alpha: [strength],
        seconds,
        seeds: [lab.seed],
      });
      settings.push(...settingsOf(lab, sweep, reference).map((setting) => ({ ...setting, pairs: count })));
    }
  }
  const steered = settings.filter(({ summary }) => summary.method !== "none");
  const none = settings.find(({ summary }) => summary.method === "none")!;
  const of = (method: string, pairs: number) =>
    steered.filter(({ summary, pairs: count }) => summary.method === method && count === pairs);
  const shown = [{ ...none, pairs: 0 }, ...steered];
  const table = settingsTable(shown);
  return {
    title: "Data size",
    about:
      `Probes of ${trait} from the first ${counts.join(", ")} pairs; ${prompts.length} prompts each, ITI at alpha ${alpha.ITI} and SMITIN at ` +
      `alpha ${alpha.SMITIN}.`,
    rows: shown.map((setting) => {
      const row = resultOf(lab, name, setting);
      return setting.pairs ? { ...row, method: `${row.method}, ${setting.pairs} pairs` } : row;
    }),
    table: {
      columns: ["pairs", "best head %", ...table.columns, "paper %"],
      rows: table.rows.map((row, i) => {
        const { pairs, summary } = shown[i];
        const best = accuracy.find(([count]) => count === pairs)?.[1];
        const said = summary.method === "SMITIN" ? (paper.dataSize[pairs] ?? null) : null;
        return [pairs || null, best === undefined ? null : 100 * best, ...row, said];
      }),
    },
    findings: ["ITI", "SMITIN"].flatMap((method) => [
      successDifference(
        `${method} with ${counts[0]} pairs succeeds more often than none`,
        of(method, counts[0]),
        [none],
      ),
      successDifference(
        `${method} with ${all} pairs succeeds more often than with ${counts[0]}`,
        of(method, all),
        of(method, counts[0]),
      ),
    ]),
    figures: isJudged(lab, trait) ? [{ name: "success", figure: sizeLines(trait, steered, none) }] : [],
    sounds: [],
    notes: [
      "The smaller sets are the beginnings of the larger ones, so that neighbouring points are not independent.",
      ...distanceNotes(lab, settings),
    ],
  };
}

/** Success against pairs, on a logarithmic axis, with intervals. */
function sizeLines(
  trait: string,
  steered: (SettingResult & { pairs: number })[],
  none: SettingResult,
): Figure {
  const counts = [...new Set(steered.map(({ pairs }) => pairs))];
  return {
    data: ["ITI", "SMITIN"].map((method, place) => {
      const line = steered.filter(({ summary }) => summary.method === method);
      const success = line.map(({ summary }) => summary.success ?? 0);
      return {
        type: "scatter",
        name: method,
        mode: "lines+markers",
        x: line.map(({ pairs }) => pairs),
        y: success,
        error_y: {
          type: "data",
          symmetric: false,
          array: line.map(({ summary }, i) => (summary.interval?.[1] ?? success[i]) - success[i]),
          arrayminus: line.map(({ summary }, i) => success[i] - (summary.interval?.[0] ?? success[i])),
          thickness: 1,
          color: seriesColour(method, place),
        },
        line: { color: seriesColour(method, place), width: 2 },
        marker: { color: seriesColour(method, place), size: 8 },
        hovertemplate: `${method}, %{x} pairs: %{y:.1%}<extra></extra>`,
      };
    }),
    layout: layout(
      `Success against training pairs: ${trait}`,
      `without steering: ${(100 * (none.summary.success ?? 0)).toFixed(0)}%`,
      {
        width: 620,
        height: 420,
        legend,
        xaxis: axis("pairs", { type: "log", tickvals: counts, showgrid: false }),
        yaxis: axis("success", { range: [-0.01, 1.01], tickformat: ".0%", dtick: 0.2 }),
      },
    ),
  };
}
