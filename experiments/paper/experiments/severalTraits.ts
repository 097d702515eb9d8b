import type { Figure } from "../../../lib/figures/figure";
import { monitorTrace } from "../../../lib/figures/monitorTrace";
import { axis, ink, layout, legend } from "../../../lib/figures/theme";
import { traitStyles } from "../../../lib/figures/traitStyle";
import { mean } from "../../../lib/math/statistics";
import { tellsStems } from "../../../lib/music/dataSets";
import type { Instrument } from "../../../lib/music/song";
import { monitorOnly, type PlannedSteer, smitin, suppress, together } from "../../../lib/steering/methods";
import { difference } from "../report/findings";
import { resultRow } from "../report/results";
import { rate } from "../report/table";
import type { CaptionedPrompt } from "../shared/captionedPrompt";
import type { Lab } from "../shared/lab";
import type { Outcome } from "../shared/outcome";
import { trainedFor } from "../shared/probes";
import { isRecorded, recordedPrompts } from "../shared/recorded";
import { bandPromptsFor } from "../shared/songs";
import { isJudged } from "../shared/traits";
import { heardIn, inWays, rateOf, type Way } from "../shared/ways";

const name = "several-traits";

/** Two instruments at once, each with its own probes, gate and monitor: one is to come in, the other to leave. */
export async function severalTraits(lab: Lab): Promise<Outcome> {
  const { model, profile } = lab;
  const { seconds, severalTraits: sizes, alpha } = profile;
  const { add, remove } = sizes;
  const prompts = await promptsWith(lab, sizes.prompts, add, remove);
  const { probes: added } = await trainedFor(lab, add);
  const { probes: removed } = await trainedFor(lab, remove);
  const comes = smitin(added, { alpha: alpha.SMITIN });
  const leaves = suppress(removed, { alpha: alpha.SMITIN });
  const steers: Record<string, PlannedSteer> = {
    none: together(monitorOnly(added), monitorOnly(removed)),
    [`add ${add}`]: together(comes, monitorOnly(removed)),
    [`remove ${remove}`]: together(monitorOnly(added), leaves),
    "both at once": together(comes, leaves),
  };
  const ways = await inWays(lab, name, steers, prompts);
  const [none, adding, removing, both] = ways;
  const more = (claim: string, a: Way, b: Way, trait: string) =>
    difference(claim, heardIn(a, trait).map(Number), heardIn(b, trait).map(Number));
  return {
    title: "Several traits at once",
    about:
      `${prompts.length} prompts with ${remove} and without ${add}, continued for ${seconds} s from the same seeds in four ways, at alpha ${alpha.SMITIN}: ` +
      `SMITIN towards ${add}, suppression of ${remove} (SMITIN turned round, while its monitor still sees the instrument), and both in one take.`,
    rows: ways.flatMap((way) =>
      [add, remove].map((trait) =>
        resultRow(lab, {
          ...{ experiment: name, trait, method: way.way, ...rateOf(heardIn(way, trait)) },
          ...(way === none ? {} : { alpha: alpha.SMITIN, topK: "all", direction: "probe" }),
        }),
      ),
    ),
    table: {
      columns: [
        "method",
        "n",
        `${add} heard % (95 %)`,
        `${remove} heard % (95 %)`,
        `${add} and no ${remove} %`,
      ],
      rows: ways.map((way) => {
        const [comes, stays] = [add, remove].map((trait) => heardIn(way, trait));
        const [first, second] = [comes, stays].map(rateOf);
        const isAim = comes.map((hit, i) => Number(hit && !stays[i]));
        return [
          way.way,
          first.n,
          rate(first.success, first.low, first.high),
          rate(second.success, second.low, second.high),
          100 * mean(isAim),
        ];
      }),
    },
    findings: [
      more(`${add} comes in more often than without steering (both at once)`, both, none, add),
      more(`${remove} leaves more often than without steering (both at once)`, none, both, remove),
      more(
        `${remove} leaves more often when it is suppressed too than when ${add} alone is added`,
        adding,
        both,
        remove,
      ),
      more(`${remove} leaves more often than without steering (suppression alone)`, none, removing, remove),
    ],
    figures: [
      {
        name: "trace",
        figure: monitorTrace([none.takes[0], both.takes[0]], {
          names: ["none", `SMITIN, ${both.way}`],
          frameRate: model.frameRate,
        }),
      },
      { name: "heard", figure: bars(ways, [add, remove]) },
    ],
    sounds: ways.map(({ way, takes: [take] }) => ({
      name: way.replace(/ /g, "-"),
      label: way,
      audio: take.audio,
      prompt: take.promptFrames / model.frameRate,
    })),
    notes: [
      "The paper steers for one instrument at a time; this is the lab's own experiment.",
      `Some of ${remove}'s absence is the model's own: instruments leave by themselves too (the row "none").`,
    ],
  };
}

/** Why this experiment says nothing: it needs two traits that the judge knows, and prompts that lack one and have the other. */
export function severalTraitsLeftOut(lab: Lab): string | undefined {
  const { add, remove } = lab.profile.severalTraits;
  if (add === remove) return `it needs two traits, and there is ${add} only`;
  const unknown = [add, remove].filter((trait) => !isJudged(lab, trait));
  if (unknown.length > 0) return `${lab.judge.name} does not know ${unknown.join(" and ")}`;
  return tellsStems(lab.data) ? undefined : "pairs do not tell which other instruments they have";
}

/** The first prompts that lack one instrument and have another. */
async function promptsWith(
  lab: Lab,
  count: number,
  lacking: string,
  having: string,
): Promise<CaptionedPrompt[]> {
  if (isRecorded(lab)) return (await recordedPrompts(lab, lacking, count, having)).slice(0, count);
  for (let asked = 2 * count; ; asked *= 2) {
    const found = (await bandPromptsFor(lab, lacking as Instrument, asked)).filter(({ players }) =>
      players.includes(having as Instrument),
    );
    if (found.length >= count) return found.slice(0, count);
  }
}

/** How often each instrument is heard, way by way, with intervals. */
function bars(ways: Way[], traits: string[]): Figure {
  const styles = traitStyles(traits);
  return {
    data: traits.map((trait, i) => {
      const rates = ways.map((way) => rateOf(heardIn(way, trait)));
      return {
        type: "bar",
        name: trait,
        x: ways.map(({ way }) => way),
        y: rates.map(({ success }) => success),
        error_y: {
          type: "data",
          symmetric: false,
          array: rates.map(({ success, high }) => high - success),
          arrayminus: rates.map(({ success, low }) => success - low),
          thickness: 1,
          color: ink,
        },
        marker: { color: styles[i].light },
        hovertemplate: `${trait}, %{x}: %{y:.0%}<extra></extra>`,
      };
    }),
    layout: layout(
      "Two instruments at once",
      "share of takes in which the judge hears each; bars are 95 % intervals",
      {
        width: 620,
        height: 420,
        legend,
        xaxis: axis("", { showgrid: false }),
        yaxis: axis("heard", { range: [-0.01, 1.01], tickformat: ".0%", dtick: 0.2 }),
      },
    ),
  };
}
