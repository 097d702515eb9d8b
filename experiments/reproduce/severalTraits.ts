import { excerpt } from "../../lib/audio/audio";
import type { Figure } from "../../lib/figures/figure";
import { monitorTrace } from "../../lib/figures/monitorTrace";
import { axis, layout, legend, palette } from "../../lib/figures/theme";
import { isPresent } from "../../lib/judges/presence";
import { mean, wilson } from "../../lib/judges/statistics";
import { generateBatch, type Take } from "../../lib/model/generate";
import type { Instrument } from "../../lib/music/song";
import { type PlannedSteer, smitin, suppress, together, watch } from "../../lib/steering/compose";
import { difference } from "./findings";
import type { Lab, Outcome } from "./lab";
import { trainedFor } from "./probes";
import { resultRow } from "./results";
import { type CaptionedPrompt, promptsFor } from "./songs";
import { rate } from "./table";

const name = "several-traits";

/** One way of steering, and which of its takes the judge hears either instrument in. */
interface Way {
  way: string;
  takes: Take[];
  heard: Record<string, boolean[]>;
}

/** Two instruments at once, each with its own probes, gate and monitor: one is to come in, the other to leave. */
export async function severalTraits(lab: Lab): Promise<Outcome> {
  const { model, profile, seed } = lab;
  const { seconds, severalTraits: sizes, alpha } = profile;
  const { add, remove } = sizes;
  const prompts = await promptsWith(lab, sizes.prompts, add, remove);
  const { probes: added } = await trainedFor(lab, add);
  const { probes: removed } = await trainedFor(lab, remove);
  const comes = smitin(added, { alpha: alpha.SMITIN });
  const leaves = suppress(removed, { alpha: alpha.SMITIN });
  const steers: Record<string, PlannedSteer> = {
    none: together(watch(added), watch(removed)),
    [`add ${add}`]: together(comes, watch(removed)),
    [`remove ${remove}`]: together(watch(added), leaves),
    "both at once": together(comes, leaves),
  };
  const ways: Way[] = [];
  for (const [i, [way, steer]] of Object.entries(steers).entries()) {
    lab.signal?.throwIfAborted();
    const batch = prompts.map(({ audio }, k) => ({
      prompt: audio,
      seconds,
      seed: 1000 * seed + k, // the same under every way
      steer,
      signal: lab.signal,
    }));
    const takes = await generateBatch(model, batch);
    const verdicts = lab.judge.hear(
      takes.map((take) => excerpt(take.audio, take.promptFrames / model.frameRate)),
    );
    const heard = Object.fromEntries(
      [add, remove].map((trait) => [trait, verdicts.map((verdict) => isPresent(verdict, trait))]),
    );
    ways.push({ way, takes, heard });
    lab.onProgress?.({ what: name, done: i + 1, total: Object.keys(steers).length });
  }
  const [none, adding, removing, both] = ways;
  const more = (claim: string, a: Way, b: Way, trait: string) =>
    difference(claim, a.heard[trait].map(Number), b.heard[trait].map(Number));
  return {
    title: "Several traits at once",
    about:
      `${sizes.prompts} prompts with ${remove} and without ${add}, continued for ${seconds} s from the same seeds in four ways, at alpha ${alpha.SMITIN}: ` +
      `SMITIN towards ${add}, suppression of ${remove} (SMITIN turned round, while its monitor still sees the instrument), and both in one take.`,
    rows: ways.flatMap(({ way, heard }) =>
      [add, remove].map((trait) =>
        resultRow(lab, {
          ...{ experiment: name, trait, method: way, ...rateOf(heard[trait]) },
          ...(way === "none" ? {} : { alpha: alpha.SMITIN, topK: "all", direction: "probe" }),
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
      rows: ways.map(({ way, heard }) => {
        const [first, second] = [rateOf(heard[add]), rateOf(heard[remove])];
        const isAim = heard[add].map((hit, i) => Number(hit && !heard[remove][i]));
        return [
          way,
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
          names: [none.way, both.way],
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

/** The first prompts that lack one instrument and have another. */
async function promptsWith(
  lab: Lab,
  count: number,
  lacking: Instrument,
  having: Instrument,
): Promise<CaptionedPrompt[]> {
  for (let asked = 2 * count; ; asked *= 2) {
    const found = (await promptsFor(lab, lacking, asked)).filter(({ players }) => players.includes(having));
    if (found.length >= count) return found.slice(0, count);
  }
}

function rateOf(hits: boolean[]) {
  const count = hits.filter((hit) => hit).length;
  const [low, high] = wilson(count, hits.length);
  return { n: hits.length, success: count / hits.length, low, high };
}

/** How often each instrument is heard, way by way, with intervals. */
function bars(ways: Way[], traits: string[]): Figure {
  return {
    data: traits.map((trait, i) => {
      const rates = ways.map(({ heard }) => rateOf(heard[trait]));
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
        },
        marker: { color: palette[i] },
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
