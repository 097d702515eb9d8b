import assert from "node:assert/strict";
import { test } from "node:test";
import { headPicker } from "../../lib/notebook/widgets/headPicker";
import { handmade } from "../steering/probes";
import { type DrawnWidget, drawWidget } from "./widgetPage";

function draw(drums = handmade()): DrawnWidget {
  const { widget } = headPicker([drums, handmade([0.9, 0.8, 0.7, 0.6], "piano")], { top: 1 });
  const [grids, selection] = [widget.get("grids"), widget.get("selection")];
  return drawWidget("headPicker", { grids, selection });
}

const cell = (page: DrawnWidget, grid: number, head: number) =>
  page.el.querySelectorAll("table")[grid].querySelector<HTMLElement>(`[data-head="${head}"]`)!;
const mouse = (page: DrawnWidget, at: EventTarget, kind: string, options: MouseEventInit = {}) =>
  at.dispatchEvent(new page.window.MouseEvent(kind, { bubbles: true, ...options }));
const press = (page: DrawnWidget, at: EventTarget, key: string, shiftKey = false) =>
  at.dispatchEvent(new page.window.KeyboardEvent("keydown", { key, shiftKey, bubbles: true }));
const click = (page: DrawnWidget, at: HTMLElement, options?: MouseEventInit) => {
  mouse(page, at, "mousedown", options);
  mouse(page, page.window.document, "mouseup", options);
};

test("clicks turn heads over, Shift and dragging take rectangles", () => {
  const page = draw();
  assert.deepEqual(page.sent, [{ hello: true }]);
  assert.deepEqual(page.state.selection, [[3], [0]]);
  click(page, cell(page, 0, 0));
  assert.deepEqual(page.state.selection, [[3, 0], [0]]);
  click(page, cell(page, 0, 3));
  assert.deepEqual(page.state.selection, [[0], [0]]);
  click(page, cell(page, 1, 3), { shiftKey: true });
  assert.deepEqual(page.state.selection, [[0], [0, 1, 2, 3]]);
  mouse(page, cell(page, 0, 2), "mousedown");
  mouse(page, cell(page, 0, 3), "mouseover");
  assert.equal(page.el.querySelectorAll(".sm-drawn").length, 2);
  mouse(page, page.window.document, "mouseup");
  assert.deepEqual(page.state.selection, [
    [0, 2, 3],
    [0, 1, 2, 3],
  ]);
  assert.equal(page.el.querySelectorAll(".sm-drawn").length, 0);
  assert.equal(cell(page, 0, 2).getAttribute("aria-selected"), "true");
  page.end();
});

test("the slider takes the K best; hovering tells; TypeScript's changes show", () => {
  const page = draw();
  const [range] = page.el.querySelectorAll<HTMLInputElement>('input[type="range"]');
  range.value = "2";
  range.dispatchEvent(new page.window.Event("input"));
  assert.deepEqual(page.state.selection, [[3, 2], [0]]);
  mouse(page, cell(page, 0, 3), "mouseover");
  const told = page.el.querySelector('[role="status"]')!;
  assert.equal(
    told.textContent,
    "drums: layer 1, head 1: accuracy 90.0 % (95 %: 80.0 % to 100.0 %), theta norm 2.00, sigma 3.50",
  );
  mouse(page, page.el.querySelector("table")!, "mouseleave");
  assert.doesNotMatch(told.textContent!, /layer 1/); // details end with the hover
  page.tell({ taken: [2, 1], isAwaited: true });
  const answer = page.el.querySelector(".sm-answer")!;
  assert.equal(answer.textContent, "✓ 3 heads (2 for drums, 1 for piano) taken");
  assert.match(page.el.textContent!, /layer.*head.*50 %.*100 % accuracy.*selected/s);
  page.put({ selection: [[1], [0]] });
  assert.equal(answer.textContent, "");
  assert.equal(cell(page, 0, 1).getAttribute("aria-selected"), "true");
  assert.equal(cell(page, 0, 3).getAttribute("aria-selected"), "false");
  assert.match(page.el.textContent!, /1 of 4 heads, by hand/);
  page.end();
});

test("the keyboard moves, turns over, extends and hands over", () => {
  const page = draw();
  const start = cell(page, 0, 3);
  assert.equal(start.getAttribute("tabindex"), "0");
  start.focus();
  press(page, start, "ArrowLeft");
  assert.equal(page.window.document.activeElement, cell(page, 0, 2));
  press(page, cell(page, 0, 2), " ");
  assert.deepEqual(page.state.selection, [[3, 2], [0]]);
  press(page, cell(page, 0, 2), "ArrowDown", true);
  assert.deepEqual(page.state.selection, [[3, 2, 0], [0]]);
  press(page, cell(page, 0, 0), "Enter");
  assert.deepEqual(page.sent.at(-1), { confirm: true, state: { selection: [[3, 2, 0], [0]] } });
  page.end();
});

test("the keyboard goes over heads without a probe, which cannot be selected", () => {
  const page = draw(handmade().top(2));
  const inFocus = () => page.window.document.activeElement as HTMLElement;
  const go = (key: string, shiftKey?: boolean) => press(page, inFocus(), key, shiftKey);
  cell(page, 0, 3).focus();
  go("ArrowDown");
  assert.equal(inFocus(), cell(page, 0, 1));
  assert.equal(inFocus().getAttribute("tabindex"), "0");
  assert.equal(inFocus().getAttribute("aria-disabled"), "true");
  assert.equal(inFocus().getAttribute("aria-label"), "layer 0, head 1: no probe");
  assert.equal(page.el.querySelector('[role="status"]')!.textContent, "drums: layer 0, head 1: no probe");
  go(" ");
  click(page, cell(page, 0, 0));
  assert.deepEqual(page.state.selection, [[3], [0]]);
  assert.equal(inFocus(), cell(page, 0, 0));
  go("ArrowLeft"); // there is nothing
  assert.equal(inFocus(), cell(page, 0, 0));
  go("ArrowUp", true);
  assert.equal(inFocus(), cell(page, 0, 2));
  assert.deepEqual(page.state.selection, [[3, 2], [0]]);
  go("End");
  assert.equal(inFocus(), cell(page, 0, 3));
  go("Home");
  assert.equal(inFocus(), cell(page, 0, 2));
  page.end();
});
