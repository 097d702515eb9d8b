import assert from "node:assert/strict";
import { test } from "node:test";
import { type DrawnWidget, drawWidget } from "./widgetPage";

type Listener = (sender: unknown, value?: string) => void;

/** JupyterLab's line to a kernel: signals that one can fire. */
function kernelLine() {
  const signal = () => {
    const listeners = new Set<Listener>();
    return {
      listeners,
      connect: (listener: Listener) => void listeners.add(listener),
      disconnect: (listener: Listener) => void listeners.delete(listener),
      fire: (value?: string) => {
        for (const listener of listeners) listener(undefined, value);
      },
    };
  };
  return { statusChanged: signal(), disposed: signal() };
}

const draw = (kernel?: ReturnType<typeof kernelLine>): DrawnWidget =>
  drawWidget(
    "cancellableProgress",
    { label: "clips", total: 10, count: 3, seconds: 2, left: 5, phase: "running" },
    {},
    kernel && { kernel },
  );

const said = ({ el }: DrawnWidget) => el.querySelector(".sm-asleep-note")?.textContent;
const sleeps = (page: DrawnWidget) =>
  said(page) === "Kernel restarted: run this cell again." &&
  [...page.el.children].every(
    (part) => part.classList.contains("sm-asleep-note") || (part as HTMLElement).inert,
  );

test("a widget whose kernel was restarted says so, once, and can no longer be used", () => {
  for (const state of ["restarting", "autorestarting", "terminating", "dead"]) {
    const kernel = kernelLine();
    const page = draw(kernel);
    kernel.statusChanged.fire("busy");
    kernel.statusChanged.fire("idle");
    assert.equal(said(page), undefined);
    kernel.statusChanged.fire(state);
    kernel.statusChanged.fire(state);
    assert.ok(sleeps(page), state);
    assert.equal(page.el.querySelectorAll(".sm-asleep-note").length, 1);
    page.sent.length = 0;
    page.el.querySelector("button")!.click();
    assert.deepEqual(page.sent, []);
    page.end();
  }
});

test("the same when the notebook has another kernel, and when a new kernel doesn't know the widget", () => {
  const kernel = kernelLine();
  const changed = draw(kernel);
  kernel.disposed.fire();
  assert.ok(sleeps(changed));
  changed.end();
  const unknown = draw();
  unknown.tell({ gone: true });
  assert.ok(sleeps(unknown));
  unknown.end();
});

test("a view that went listens to no kernel", () => {
  const kernel = kernelLine();
  draw(kernel).end();
  assert.equal(kernel.statusChanged.listeners.size + kernel.disposed.listeners.size, 0);
});
