import type { MusicGen } from "../../model/musicgen";
import { count, list, summaryKind } from "./summary";

const partNames: Record<string, string> = {
  decoder: "the decoder",
  audio_encoder: "the codec",
  text_encoder: "the text encoder",
};

/** A loaded model; its parts and fingerprint are not made for this. */
export const modelKind = summaryKind<MusicGen>(
  "models",
  ({ layers, heads, codebooks, parts, config }) =>
    Number.isInteger(layers) &&
    Number.isInteger(heads) &&
    Number.isInteger(codebooks) &&
    parts instanceof Set &&
    config !== undefined,
  (model) => ({
    title: `MusicGen "${model.name}": ${count(model.layers, "layer")} of ${count(model.heads, "head")}`,
    facts: [
      ["heads", `${model.layers * model.heads} in all, of ${count(model.headDim, "number")} each`],
      ["residual stream", count(model.hidden, "number")],
      ["sound", `${model.sampleRate / 1000} kHz`],
      [
        "tokens",
        `${model.frameRate} frames a second, ${count(model.codebooks, "codebook")} of ${count(model.vocabulary, "code")}`,
      ],
      ["holds", list([...model.parts].map((part) => partNames[part] ?? part))],
    ],
    next: ["await generate(model, { seconds: 5 })", "await captureHeads(model, pairs)"],
  }),
);
