import { h } from "./elements";

/** What a widget's model tells of its kernel. */
export interface Lifeline {
  on(event: string, listener: (...args: never[]) => void): void;
  off(event: string, listener: (...args: never[]) => void): void;
  /** The front end's own: JupyterLab's has the line to the kernel, others have none, or another. */
  widget_manager?: { kernel?: KernelLine | null };
}

interface KernelLine {
  statusChanged?: Signal<string>;
  disposed?: Signal<unknown>;
}

interface Signal<Value> {
  connect(listener: (sender: unknown, value: Value) => void): void;
  disconnect(listener: (sender: unknown, value: Value) => void): void;
}

/** States of a kernel after which nobody there knows the widget: restarted by somebody, after a crash, or ended. */
const over = ["restarting", "autorestarting", "terminating", "dead"];

/**
 * Call `lost` when the kernel that the widget talks to is gone: JupyterLab says so at once; elsewhere a new kernel answers the
 * first message to a widget that it doesn't know with `gone`.
 * @returns how to stop
 */
export function watchKernel(model: Lifeline, lost: () => void): () => void {
  const kernel = model.widget_manager?.kernel;
  const status = (_: unknown, state: string) => {
    if (over.includes(state)) lost();
  };
  const answer = ({ gone }: { gone?: boolean }) => {
    if (gone === true) lost();
  };
  kernel?.statusChanged?.connect(status);
  kernel?.disposed?.connect(lost);
  model.on("msg:custom", answer);
  return () => {
    kernel?.statusChanged?.disconnect(status);
    kernel?.disposed?.disconnect(lost);
    model.off("msg:custom", answer);
  };
}

/** Say that the widget answers no more, and what to do; what is in it can be looked at, and no longer be used. */
export function fallAsleep(el: HTMLElement): void {
  if (el.classList.contains("sm-asleep")) return;
  for (const part of [...el.children] as HTMLElement[]) part.inert = true;
  el.prepend(h("div", { class: "sm-asleep-note", role: "status" }, "Kernel restarted: run this cell again."));
  el.classList.add("sm-asleep");
}
