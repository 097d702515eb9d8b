import { h } from "../notebook/widgets/page/elements";

const keys: [string, string][] = [
  ["Space", "play or stop"],
  ["B", "the other take of the same seed: steered or not"],
  ["N", "a new take"],
  ["arrows", "move between stations, heads, on sliders, and in the take by a second"],
  ["Enter", "choose: a head is muted"],
  ["Esc", "close this"],
];

/** What keys do, and what this is. */
export function createHelp(): HTMLDialogElement {
  const dialog: HTMLDialogElement = h(
    "dialog",
    { "aria-label": "Help" },
    h("h2", {}, "What this is"),
    h(
      "p",
      {},
      "A small MusicGen runs in this page. Probes read from its attention heads whether an instrument plays; pushing the heads along " +
        "what the probes read brings the instrument in. SMITIN pushes only until the probes hear it.",
    ),
    h("dl", {}, ...keys.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])),
    h(
      "p",
      { class: "quiet" },
      "The method: Koo et al., SMITIN: Self-Monitored Inference-Time INtervention for Generative Music Transformers, arXiv 2404.02252. Nothing you " +
        "drop or record leaves this machine.",
    ),
    h("button", { type: "button", onclick: () => dialog.close() }, "Close"),
  );
  return dialog;
}
