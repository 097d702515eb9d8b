import { type Probe, type ProbeSet, ranked } from "../../probes/probe";
import {
  count,
  isListOf,
  percent,
  percentWith,
  type Summary,
  type SummaryKind,
  summaryKind,
} from "./summary";

/** Heads of a set that are shown. */
const best = 5;
/** Probes of a list that are shown. */
const most = 10;

const probeSetKind = summaryKind<ProbeSet>(
  "probe sets",
  ({ trait, heads, statistics, training }) =>
    typeof trait === "string" && Array.isArray(heads) && statistics !== undefined && training !== undefined,
  (probes) => {
    const { trait, heads, shape, model, training, statistics, monitor, scale } = probes;
    const all = shape.layers * shape.heads;
    const whose = heads.length === all ? `all ${all} heads` : `${heads.length} of ${all} heads`;
    return {
      title: `Probes of ${trait} on ${whose} of ${model.name}`,
      facts: [
        ["trained on", `${training.recipe} (${count(training.clips, "clip")}, ${training.folds} folds)`],
        [
          "accuracies",
          `${percent(statistics.min)} to ${percent(statistics.max)}, median ${percent(statistics.median)}`,
        ],
        [
          "monitor",
          `${count(monitor.heads, "best head")}: C is ${monitor.with.toFixed(2)} on clips with it, ${monitor.without.toFixed(2)} on others`,
        ],
        ...(scale ? [["scale", `mean ${scale.mean.toPrecision(3)} ${scale.unit}`] as [string, string]] : []),
      ],
      table: tableOf(ranked(heads).slice(0, best)),
      next: [
        "headGrid(probes)",
        "headRanking(probes)",
        "await generate(model, { prompt, steer: smitin(probes) })",
      ],
    };
  },
);

const probeKind = summaryKind<Probe>("probes", isProbe, (probe) => ({
  title: `Probe of layer ${probe.layer}, head ${probe.head}: ${meritOf(probe)}`,
  facts: [
    [
      "direction",
      `theta, a unit vector of ${count(probe.theta.length, "number")}; sigma ${probe.sigma.toPrecision(3)}`,
    ],
    ["decides by", `${probe.weight.toPrecision(3)} theta . z ${signed(probe.bias)}`],
  ],
  next: ["headView(headClips(activations, probe))", "iti(probes, { selector: byHand([probe]) })"],
}));

const probeListKind = summaryKind<Probe[]>(
  "lists of probes",
  (value) => isListOf<Probe>(value, isProbe),
  (probes): Summary => ({
    title: `${count(probes.length, "probe")}${probes.length > most ? `, the first ${most}:` : ":"}`,
    table: tableOf(probes.slice(0, most)),
    next: ["headView(headClips(activations, list[0]))", "byHand(list.slice(0, 4))"],
  }),
);

export const probeKinds: SummaryKind[] = [probeSetKind, probeListKind, probeKind];

function isProbe({ theta, sigma, layer, head, accuracy }: Partial<Probe>): boolean {
  return (
    theta instanceof Float32Array &&
    typeof sigma === "number" &&
    typeof accuracy === "number" &&
    Number.isInteger(layer) &&
    Number.isInteger(head)
  );
}

function meritOf({ fit, accuracy, interval }: Probe): string {
  if (!fit) return percentWith(interval, accuracy);
  const [low, high] = fit.r2Interval;
  return `r2 ${fit.r2.toFixed(2)} (95 %: ${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function tableOf(probes: Probe[]): Summary["table"] {
  const isRidge = probes.some(({ fit }) => fit);
  return {
    columns: ["layer", "head", isRidge ? "r2 (95 %)" : "accuracy in % (95 %)"],
    rows: probes.map(({ layer, head, fit, accuracy, interval }) => {
      const [value, [low, high], digits] = fit
        ? [fit.r2, fit.r2Interval, 2]
        : [100 * accuracy, interval.map((end) => 100 * end), 1];
      return [layer, head, `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`];
    }),
  };
}

function signed(value: number): string {
  return `${value < 0 ? "-" : "+"} ${Math.abs(value).toPrecision(3)}`;
}
