import type { Figure, Trace } from "../../../lib/figures/figure";
import { axis, layout, legend, margin, palette, seriesColour } from "../../../lib/figures/theme";
import { type Direction, directions } from "../../../lib/steering/estimator";
import { successDifference } from "../report/findings";
import { distanceNotes, resultOf, settingsTable } from "../report/settingsTable";
import { referenceFor } from "../shared/distance";
import type { Lab } from "../shared/lab";
import { listenedSweep } from "../shared/listenedSweep";
import type { Outcome } from "../shared/outcome";
import { trainedFor } from "../shared/probes";
import { methods, type SettingResult, settingsOf } from "../shared/settings";
import { promptsFor } from "../shared/songs";
import { isJudged } from "../shared/traits";

const name = "direction-choice";

/** Which direction to push in: the probe's, the mean shift, the pairs' first component, a kernel probe's, or chance. */
export async function directionChoice(lab: Lab): Promise<Outcome> {
  const { trait, seconds, directionChoice: sizes } = lab.profile;
  const { activations, probes } = await trainedFor(lab, trait);
  const prompts = await promptsFor(lab, trait, sizes.prompts);
  const reference = await referenceFor(lab, trait);
  const sweep = await listenedSweep(lab, {
    experiment: name,
    name: trait,
    probes,
    activations,
    prompts,
    methods,
    directions,
    alpha: sizes.alpha,
    seconds,
    seeds: [lab.seed],
  });
  const settings = settingsOf(lab, sweep, reference);
  const of = (method: string, direction: string, alpha: number) =>
    settings.filter(
      ({ summary }) =>
        summary.method === method && summary.direction === direction && summary.alpha === alpha,
    );
  return {
    title: "Direction choice",
    about:
      `${prompts.length} prompts without ${trait}. The same heads, weights and strengths, along other directions: the probe's coefficients, the difference ` +
      "of the class means (mass-mean shift), the first principal component of the pairs' differences, the top eigenvector of a kernel probe's " +
      "average gradient outer product (MusicRFM), and a random one. Each is as long as the clips' standard deviation along it.",
    rows: settings.map((setting) => resultOf(lab, name, setting)),
    table: settingsTable(settings),
    findings: sizes.alpha.flatMap((alpha) =>
      ["ITI", "SMITIN"].flatMap((method) => [
        successDifference(
          `${method}: the mass-mean shift succeeds more often than the probe's direction (alpha ${alpha})`,
          of(method, "massMean", alpha),
          of(method, "probe", alpha),
        ),
        successDifference(
          `${method}: the probe's direction succeeds more often than a random one (alpha ${alpha})`,
          of(method, "probe", alpha),
          of(method, "random", alpha),
        ),
      ]),
    ),
    figures: isJudged(lab, trait) ? [{ name: "success-similarity", figure: directionLines(settings) }] : [],
    sounds: [],
    notes: [
      "ITI's authors found the mass-mean shift stronger than the probe's weight. The paper's own table of directions is not restated here.",
      "A head's random direction is drawn anew for every prompt; on one prompt both methods, at every alpha, push along the same one.",
      ...distanceNotes(lab, settings),
    ],
  };
}

/** Success against similarity to the prompt: a line a direction, ITI's solid and SMITIN's dotted, a point an alpha. */
function directionLines(settings: SettingResult[]): Figure {
  const line = (method: string, direction: Direction | null): Trace => {
    const own = settings.filter(
      ({ summary }) => summary.method === method && summary.direction === direction,
    );
    const name = direction === null ? method : `${method}, ${direction}`;
    const colour = direction === null ? seriesColour(method, 0) : palette[directions.indexOf(direction)];
    const isSmitin = method === "SMITIN";
    return {
      type: "scatter",
      name,
      mode: "lines+markers+text",
      x: own.map(({ summary }) => summary.success ?? 0),
      y: own.map(({ summary }) => summary.similarity ?? 0),
      text: own.map(({ summary }) => String(summary.alpha ?? "")),
      textposition: isSmitin ? "top center" : "bottom center",
      textfont: { size: 11, color: colour },
      line: { color: colour, width: 1.5, dash: isSmitin ? "dot" : "solid" },
      marker: { color: colour, size: 8, symbol: isSmitin ? "circle-open" : "circle" },
      hovertemplate: `${name}, alpha %{text}: success %{x:.1%}, similarity %{y:.3f}<extra></extra>`,
    };
  };
  return {
    data: [
      line("none", null),
      ...["ITI", "SMITIN"].flatMap((method) => directions.map((direction) => line(method, direction))),
    ],
    layout: layout("Directions: success and similarity to the prompt", "numbers are alpha", {
      width: 860,
      height: 480,
      legend: { ...legend, orientation: "v", x: 1.02, xanchor: "left", y: 1, yanchor: "top" },
      margin: { ...margin, r: 170 },
      xaxis: axis("success", { range: [-0.06, 1.06], tickformat: ".0%", dtick: 0.2 }),
      yaxis: axis("similarity to the prompt"),
    }),
  };
}
