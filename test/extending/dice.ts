import { join } from "node:path";
import { random } from "../../lib/math/random";
import { createWidget, type Widget } from "../../lib/notebook/widget";

/** What page and cell share. */
export interface DiceState {
  value: number;
}

/** A widget of one's own: a dice that its button, or `roll()`, throws. */
export function dice(seed: number): { widget: Widget<DiceState>; roll(): number } {
  const uniform = random(seed);
  const page = join(__dirname, "dicePage.ts");
  const widget = createWidget<DiceState>(page, { value: 0 }, ({ value }) => ({
    html: `<b>${value}</b>`,
    text: `[dice: ${value}]`,
  }));
  const roll = () => {
    widget.set({ value: 1 + Math.floor(6 * uniform()) });
    return widget.get("value");
  };
  widget.onMessage(({ roll: asked }) => {
    if (asked === true) roll();
  });
  return { widget, roll };
}
