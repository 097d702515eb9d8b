import type { Figure } from "./figure";
import { ink, quietInk } from "./theme";

/**
 * Figures of one kind behind a slider, one of them seen at a time: what changes with a setting, by hand.
 * @param name what the slider sets
 * @param figures by the slider's steps, as a list of pairs where steps are numbers (an object would sort them); the layout of the
 *   one that is seen at first holds for all but the titles
 * @param start the step that is seen at first; default the first
 * @throws RangeError when there is no such step
 */
export function figureSlider(
  name: string,
  figures: Record<string, Figure> | [step: string | number, figure: Figure][],
  start?: string | number,
): Figure {
  const steps = (Array.isArray(figures) ? figures : Object.entries(figures)).map(
    ([step, figure]): [string, Figure] => [String(step), figure],
  );
  const active = start === undefined ? 0 : steps.findIndex(([step]) => step === String(start));
  if (!steps[active])
    throw new RangeError(
      `figureSlider: expected one of ${steps.map(([step]) => step).join(", ")}, found "${start}"`,
    );
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
