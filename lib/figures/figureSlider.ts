import type { Figure } from "./figure";
import { ink, quietInk } from "./theme";

/**
 * Figures of one kind behind a slider, one of them seen at a time: what changes with a setting, by hand.
 * @param name what the slider sets
 * @param settings its steps
 * @param draw the figure of a step; the layout of the one that is seen at first holds for all but the titles
 * @param start the step that is seen at first; default the first
 * @throws RangeError when there is no such step
 */
export function figureSlider<Setting extends string | number>(
  name: string,
  settings: Setting[],
  draw: (setting: Setting) => Figure,
  start = settings[0],
): Figure {
  const active = settings.indexOf(start);
  if (active < 0)
    throw new RangeError(`figureSlider: expected one of ${settings.join(", ")}, found "${start}"`);
  const steps = settings.map((setting): [string, Figure] => [String(setting), draw(setting)]);
  const { layout } = steps[active][1];
  const height = (layout.height ?? 450) + 80;
  const margin = (layout.margin ?? {}) as Record<string, number>;
  return {
    data: steps.flatMap(([, { data }], s) => data.map((trace) => ({ ...trace, visible: s === active }))),
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
            args: [
              { visible: steps.flatMap(([step, { data }]) => data.map(() => step === label)) },
              { title: figure.layout.title },
            ],
          })),
        },
      ],
    },
  };
}
