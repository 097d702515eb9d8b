import type { EmbeddedClips } from "../../judges/embedding";
import type { HeadActivations, ValueActivations } from "../../probes/activations";
import type { HeadTrack } from "../../steering/patch";
import { count, type Summary, type SummaryKind, summaryKind } from "./summary";

type Activations = HeadActivations | ValueActivations;

const activationsKind = summaryKind<Activations>(
  "sets of activations",
  ({ z, shape, trait, site }) =>
    z instanceof Float32Array &&
    Array.isArray(shape) &&
    shape.length === 4 &&
    site !== undefined &&
    trait !== undefined,
  (activations): Summary => {
    const [clips, layers, heads, headDim] = activations.shape;
    const { trait, site, model, recipe, group } = activations;
    return {
      title: `Activations of ${count(layers * heads, "head")} of ${model.name} on ${count(clips, "clip")}: ${trait}`,
      facts: [
        [
          "z",
          `[${clips} clips, ${layers} layers, ${heads} heads, ${headDim} numbers], at the last step of each clip`,
        ],
        ["clips", clipsOf(activations)],
        ...(group ? [["songs", String(new Set(group).size)] as [string, string]] : []),
        ["from", recipe],
        ["site", site],
      ],
      next:
        "values" in activations
          ? ["trainRidgeProbes(activations)", "ofHead(activations, { layer, head })"]
          : ["trainProbes(activations)", "headView(headClips(activations, probe))"],
    };
  },
);

const trackKind = summaryKind<HeadTrack>(
  "tracks of heads",
  ({ heads, positions, headDim, z }) =>
    z instanceof Float32Array &&
    Array.isArray(heads) &&
    Number.isInteger(positions) &&
    Number.isInteger(headDim),
  ({ heads, positions, headDim, model }) => ({
    title: `What ${count(heads.length, "head")} of ${model.name} said at ${count(positions, "position")}`,
    facts: [["z", `[${heads.length} heads, ${positions} positions, ${headDim} numbers]`]],
    next: ["await generate(model, { prompt, steer: patch(track) })"],
  }),
);

const embeddedKind = summaryKind<EmbeddedClips>(
  "sets of embedded clips",
  ({ set, embedding, dimension, clips }) =>
    typeof set === "string" &&
    typeof embedding === "string" &&
    Number.isInteger(dimension) &&
    Array.isArray(clips),
  ({ set, embedding, dimension, clips }) => ({
    title: `${count(clips.length, "clip")} as vectors: ${set}`,
    facts: [
      ["embedding", `${embedding}, ${count(dimension, "number")} a vector`],
      ["vectors", String(clips.reduce((sum, clip) => sum + clip.length, 0))],
    ],
    next: ["frechetDistance(embedded, reference)"],
  }),
);

export const activationKinds: SummaryKind[] = [activationsKind, trackKind, embeddedKind];

function clipsOf(activations: Activations): string {
  if ("values" in activations) {
    const [low, high] = [Math.min(...activations.values), Math.max(...activations.values)];
    return `${low.toPrecision(3)} to ${high.toPrecision(3)} ${activations.unit}`;
  }
  const positives = activations.labels.reduce((sum, label) => sum + label, 0);
  return `${positives} with ${activations.trait}, ${activations.labels.length - positives} without`;
}
