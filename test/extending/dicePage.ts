import { button, h } from "../../lib/notebook/widgets/page/elements";
import { widget } from "../../lib/notebook/widgets/page/view";
import type { DiceState } from "./dice";

/** The dice in the page: what it shows, and a button to roll it. */
export default widget<DiceState>((view) => {
  const shown = h("output");
  view.el.append(
    button("Roll", "roll the dice", () => view.send({ roll: true })),
    shown,
  );
  view.follow("value", (value) => {
    shown.textContent = String(value);
  });
});
