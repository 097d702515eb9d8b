import type { CancellableProgressState } from "../cancellableProgress";
import { button, h } from "./elements";
import { widget } from "./view";

/** Progress with the time left and a button to cancel; one line without a frame when it has ended. */
export default widget<CancellableProgressState>((view) => {
  const { model, el } = view;
  const bar = h("progress", {
    max: model.get("total") || 1,
    "aria-label": model.get("label"),
  });
  const told = h("span", { class: "sm-number", role: "status" });
  const cancel = button("Cancel", `stop ${model.get("label")}`, () => {
    cancel.disabled = true;
    view.send({ cancel: true });
  });
  const name = h("b", {});
  el.append(h("div", { class: "sm-row" }, name, bar, told, cancel));
  for (const key of ["count", "phase", "seconds"] as const) view.follow(key, show);

  function show(): void {
    const [count, total, left, phase] = [
      model.get("count"),
      model.get("total"),
      model.get("left"),
      model.get("phase"),
    ];
    bar.max = total || 1;
    bar.value = count;
    const isOver = phase !== "running";
    cancel.hidden = isOver;
    bar.hidden = isOver;
    el.classList.toggle("sm-folded", isOver);
    name.textContent = `${phase === "done" ? "✓ " : ""}${model.get("label")}`;
    const rest =
      phase === "running"
        ? left === null
          ? ""
          : `, ${clock(left)} left`
        : `, ${phase} after ${clock(model.get("seconds"))}`;
    const share =
      total > 0 ? `${Math.floor(count)} of ${total} (${Math.floor((100 * count) / total)} %)` : "";
    told.textContent = share + rest;
  }
});

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
