import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type BrowserPage, noBrowser, openBrowserPage } from "./browserPage";
import { gallery } from "./gallery";
import { faintText } from "./scenes/faint";

// Every widget and player as Chromium draws it. SMITIN_SCREENSHOTS=folder keeps pictures of them.
describe("widgets in a browser", { skip: noBrowser }, () => {
  let board: BrowserPage;
  let shown: Awaited<ReturnType<typeof gallery>>;
  let complaints: string[];
  const value = <Value>(expression: string) => board.page.value<Value>(expression);
  const status = (name: string) =>
    value<string>(`document.querySelector('#${name} [role="status"]').textContent`);
  const box = (selector: string) =>
    value<{ x: number; width: number }>(`(() => {
      const { x, width } = document.querySelector('${selector}').getBoundingClientRect();
      return { x, width };
    })()`);

  before(async () => {
    board = await openBrowserPage();
    ({ complaints } = await board.page.watch());
    await board.theme("light");
    shown = await gallery(board);
  });
  after(() => board?.close());

  test("a picker's sliders are no wider than its grid, details end with the hover, and a press is answered", async () => {
    const [grid, slider] = [await box("#picker table"), await box("#picker .sm-slider")];
    assert.ok(slider.width <= grid.width && slider.x >= grid.x, `slider ${slider.width}, grid ${grid.width}`);
    const idle = await status("picker");
    await board.page.hover('#picker [data-head="3"]');
    await board.page.until(
      `/layer 0, head 3/.test(document.querySelector('#picker [role="status"]').textContent)`,
    );
    await board.page.hover("#picker h4");
    assert.equal(await status("picker"), idle);
    const answer = "document.querySelector('#picker .sm-answer').textContent";
    await board.page.click("#picker .sm-primary");
    await board.page.until(`${answer} !== ""`);
    assert.match(await value(answer), /16 heads \(8 for drums, 8 for piano\) selected; no cell waits/);
    const taken = shown.picker.selection;
    await board.page.click("#picker .sm-primary");
    await board.page.until(`/taken/.test(${answer})`);
    assert.equal((await taken).drums.length, 8);
    assert.equal(await value("document.querySelectorAll('#picker .sm-primary').length"), 1);
  });

  test("a console shows the unsteered take's own curve, without pushes, when that is heard", async () => {
    const picture = () => value<string>("document.querySelector('#console canvas').toDataURL()");
    await board.page.click("#console .sm-primary");
    await board.page.until(
      "/[1-9][.][0-9] s$/.test(document.querySelector('#console .sm-number').textContent)",
    );
    await shown.desk.play();
    await board.page.until("!document.querySelector('#console button[title^=\"write this\"]').disabled");
    const steered = await picture();
    await board.page.click('#console button[title^="hear the unsteered"]');
    await new Promise((next) => setTimeout(next, 200));
    assert.notEqual(await picture(), steered);
    await board.picture("console", "console-unsteered");
    await board.page.click('#console button[title^="hear the steered"]');
  });

  test("a console goes to the moment that is clicked or that the arrow keys ask for", async () => {
    const at = () =>
      value<number>("Number(document.querySelector('#console canvas').getAttribute('aria-valuenow'))");
    const near = (seconds: number) =>
      board.page.until(
        `Math.abs(document.querySelector('#console canvas').getAttribute('aria-valuenow') - ${seconds}) < 0.5`,
        10,
      );
    await board.page.click("#console canvas", { at: 0.25 });
    await near(1.4);
    await board.page.click('#console button[title^="stop"]');
    const before = await at();
    await value("document.querySelector('#console canvas').focus()");
    await board.page.press("ArrowRight");
    await near(before + 1);
    await board.page.click('#console button[title^="stop"]');
  });

  test("players of a list share one axis of seconds", async () => {
    await board.page.until("document.querySelectorAll('#players .sm-save[href]').length === 3");
    const widths = await value<number[]>(
      "[...document.querySelectorAll('#players .sm-wavePlace')].map((one) => one.getBoundingClientRect().width)",
    );
    assert.ok(Math.abs(widths[0] / widths[1] - 2 / 5) < 0.01 && widths[1] === widths[2], widths.join());
  });

  test("A/B goes on in the next sound at the same moment", async () => {
    const pressed =
      "[...document.querySelectorAll('#players .sm-play')].map((one) => one.textContent).join(' ')";
    await board.page.click('#players [aria-label="play unsteered"]');
    await board.page.until(`${pressed} === "▶ ❚❚ ▶"`);
    await new Promise((next) => setTimeout(next, 700));
    await board.page.press("x");
    await board.page.until(`${pressed} === "▶ ▶ ❚❚"`);
    const [, a, b] = await value<number[]>(
      "[...document.querySelectorAll('#players .sm-clock')].map((one) => Number.parseFloat(one.textContent))",
    );
    assert.ok(a >= 0.5 && b >= a - 0.2, `${a} s, ${b} s`);
    await board.page.click('#players [aria-label="play steered"]');
  });

  test("what a sweep's cell says when it is pointed at moves no cell; A and B are marked", async () => {
    const before = await box('#sweep [data-place="4"]');
    await board.page.click('#sweep [data-place="1"]');
    await board.page.until("document.querySelectorAll('#sweep .sm-save[href]').length === 1");
    assert.deepEqual(await box('#sweep [data-place="4"]'), before);
    await board.page.click('#sweep [data-place="4"]');
    await board.page.until("document.querySelectorAll('#sweep .sm-save[href]').length === 2");
    const marks =
      "[...document.querySelectorAll('#sweep td[data-slot]')].map((one) => one.dataset.slot).sort().join('')";
    assert.equal(await value(marks), "AABB");
  });

  for (const theme of ["dark", "light"] as const) {
    test(`all text stands out from its ground by 4.5, ${theme}`, async () => {
      await board.theme(theme);
      assert.deepEqual(await value(faintText("body")), []);
      for (const name of shown.names) await board.picture(name);
    });
  }

  test("nothing complained", () => assert.deepEqual(complaints, []));
});
