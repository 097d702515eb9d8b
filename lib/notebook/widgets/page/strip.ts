import type { TraitStyle } from "../../../figures/traitStyle";
import type { Strip } from "../../../live/strip";
import { bestHeadsOf } from "../../../probes/defaults";
import { paper } from "../../../steering/defaults";
import type { ConsoleState } from "../steeringConsole";
import { button, choice, h, slider } from "./elements";
import { traitProperties } from "./traitLook";
import type { View } from "./view";

/** The channel strip of one trait. */
export function drawStrip(
  view: View<ConsoleState>,
  { trait, heads, calibrated = {} }: ConsoleState["traits"][number],
  style: TraitStyle,
): HTMLElement {
  const max = view.model.get("maxAlpha");
  const first = view.model.get("strips")[trait];
  const move = (settings: Partial<Strip>) => {
    const strips = view.model.get("strips");
    view.save({ strips: { ...strips, [trait]: { ...strips[trait], ...settings } } });
  };
  const on = button("On", `steer ${trait}, or only monitor it`, () =>
    move({ on: !view.model.get("strips")[trait].on }),
  );
  const method = choice<Strip["method"]>(
    "method",
    [
      ["smitin", "SMITIN (soft weights)"],
      ["iti", "ITI (K best heads)"],
    ],
    (value) => {
      const { alpha, method } = view.model.get("strips")[trait];
      const found = alpha === calibrated[method]?.alpha ? calibrated[value] : undefined;
      move({
        ...(found && { alpha: found.alpha }),
        ...(value === "iti"
          ? { method: value, topK: bestHeadsOf(heads), every: 1, gate: "always" }
          : { method: value, topK: "all", every: paper.every, gate: "monitor" }),
      });
    },
  );
  const alpha = slider(
    "alpha",
    { min: -max, max, step: max / 80, value: first.alpha },
    {
      tell: (value) => `${value > 0 ? "+" : ""}${value.toFixed(1)} σ`,
      change: (value) => move({ alpha: value }),
    },
  );
  const toFound = button("calibrated", "", () => {
    move({ alpha: calibrated[view.model.get("strips")[trait].method].alpha });
  });
  toFound.style.alignSelf = toFound.style.justifySelf = "end";
  const k = slider(
    "K heads",
    { min: 1, max: heads, step: 1, value: heads },
    {
      tell: (value) => (value === heads ? "all" : String(value)),
      change: (value) => move({ topK: value === heads ? "all" : value, heads: undefined }),
    },
  );
  const every = slider(
    "every",
    { min: 1, max: 25, step: 1, value: first.every },
    {
      tell: (value) => `${value} ${value === 1 ? "step" : "steps"}`,
      change: (value) => move({ every: value }),
    },
  );
  const shape = choice("schedule", view.model.get("shapes"), (value) => move({ shape: value }));
  const gate = choice("gate", view.model.get("gates"), (value) => move({ gate: value }));
  const threshold = slider(
    "threshold",
    { min: 0, max: 1, step: 0.01, value: first.threshold },
    { tell: (value) => value.toFixed(2), change: (value) => move({ threshold: value }) },
  );
  view.follow("strips", (strips) => {
    const strip = strips[trait];
    on.setAttribute("aria-pressed", String(strip.on));
    on.textContent = strip.on ? "On" : "Off";
    method.put(strip.method);
    alpha.put(strip.alpha);
    const found = calibrated[strip.method];
    toFound.hidden = !found;
    if (found) {
      toFound.textContent = `calibrated: ${found.alpha}`;
      toFound.title = found.about;
      toFound.setAttribute("aria-pressed", String(strip.alpha === found.alpha));
    }
    k.put(strip.heads?.length ?? (strip.topK === "all" ? heads : strip.topK));
    if (strip.heads) k.say(`${strip.heads.length} by hand`);
    every.put(strip.every);
    shape.put(strip.shape);
    gate.put(strip.gate);
    threshold.put(strip.threshold);
  });
  return h(
    "section",
    {
      class: "sm-strip sm-trait",
      "aria-label": `channel strip: ${trait}`,
      style: traitProperties(style),
    },
    h("div", { class: "sm-row" }, h("h4", { style: "margin:0" }, trait), on),
    alpha.element,
    ...(Object.keys(calibrated).length > 0 ? [toFound] : []),
    method.element,
    k.element,
    every.element,
    shape.element,
    gate.element,
    threshold.element,
  );
}
