import type { Figure } from "./figure";
import { ink, quietInk } from "./theme";

/**
 * Figures of one kind behind a slider, one of them seen at a time: what changes with a setting, by hand.
 * @param name what the slider sets
 * @param figures by the slider's steps; the first one's layout holds for all but the titles
 * @param start the step that is seen at first; default the first
 * @throws RangeError when there is no such step
 */
export function figureSlider(
  name: string,
  figures: Record<string, Figure>,
  start = Object.keys(figures)[0],
): Figure {
  const steps = Object.entries(figures);
  const active = steps.findIndex(([step]) => step === start);
  if (active < 0)
    throw new RangeError(
      `figureSlider: expected one of ${Object.keys(figures).join(", ")}, found "${start}"`,
    );
  const { layout } = steps[active][1];
  const owners = steps.flatMap(([step, { data }]) => data.map(() => step));
  const height = (layout.height ?? 450) + 80;
  const margin = (layout.margin ?? {}) as Record<string, number>;
  return {
    data: steps.flatMap(([step, { data }]) => data.map((trace) => ({ ...trace, visible: step === start }))),
    layout: {
      ...layout,
      height,
      margin: { ...margin, b: (margin.b ?? 56) + 80 },
      sliders: [
        {
          active,
          currentvalue: { prefix: `${name}: `, font: { size: 13, color: ink } },
          font: { size: 12, color: quietInk },
          pad: { t: 48 },
          steps: steps.map(([label, figure]) => ({
            label,
            method: "update",
            args: [{ visible: owners.map((owner) => owner === label) }, { title: figure.layout.title }],
          })),
        },
      ],
    },
  };
}
