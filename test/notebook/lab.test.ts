import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { errorsOf, type Lab, noLab, startLab } from "./lab";
import {
  consoleCells,
  consoleLives,
  consoleScenes,
  startTake,
  takeEnds,
  takeIsWhole,
} from "./scenes/console";
import { figureCells, figureScenes } from "./scenes/figures";
import { cancelTask, listeningCells, listeningLives, listeningScenes } from "./scenes/listening";
import { newNotebookScene } from "./scenes/newNotebook";
import { pickerCells, pickerLives, pickerScenes } from "./scenes/picker";
import { restartScene } from "./scenes/restart";
import { stillScenes } from "./scenes/stills";
import { themeScenes } from "./scenes/themes";

// One JupyterLab, one page; what a scene leaves is what the next one finds.
describe("in JupyterLab", { skip: noLab }, () => {
  let lab: Lab;
  const here = () => lab;
  before(async () => {
    lab = await startLab({
      "play.ipynb": [...consoleCells, ...listeningCells],
      "pick.ipynb": pickerCells,
      "figures.ipynb": figureCells,
    });
  });
  after(() => lab?.stop());

  test("a notebook with every widget runs to its end without an error", async () => {
    await lab.open("play.ipynb");
    const end = lab.run();
    await cancelTask(lab, end);
    await end;
    assert.deepEqual(errorsOf(await lab.saved()), []);
  });

  listeningScenes(here);
  consoleScenes(here);
  stillScenes(here);

  test("a second notebook has a kernel of its own, and is used while the first one plays", async () => {
    await startTake(lab);
    await lab.open("pick.ipynb");
    await lab.run();
    await pickerLives(lab);
    await lab.open("play.ipynb");
    assert.equal(await takeEnds(lab), 206);
  });

  describe("a head picker", () => {
    before(() => lab.open("pick.ipynb"));
    pickerScenes(here);
  });

  themeScenes(here, ["play.ipynb", "pick.ipynb"]);

  test("after a reload of the page the widgets are alive", async () => {
    await lab.open("pick.ipynb");
    await lab.reload();
    await pickerLives(lab);
    await lab.open("play.ipynb");
    await startTake(lab);
    await lab.reload();
    await takeIsWhole(lab);
    await listeningLives(lab);
    await consoleLives(lab);
  });

  test("whatever a cell prints arrives, however much at once", async () => {
    const line = "x".repeat(200);
    const printed = await lab.page.value<number>(`new Promise((done, fail) => {
      const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
      const asked = kernel.requestExecute({
        code: 'for (let i = 0; i < 100_000; i++) console.log("${line}");', store_history: false,
      });
      let size = 0;
      asked.onIOPub = ({ header, content }) => {
        if (header.msg_type === "stream") size += content.text.length;
      };
      asked.done.then(() => done(size), fail);
    })`);
    assert.equal(printed, 100_000 * (line.length + 1));
  });

  test("after a restart of the kernel a notebook runs anew", async () => {
    await lab.open("pick.ipynb");
    await lab.page.value(
      "jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart().then(() => undefined)",
    );
    await restartScene(lab);
    await lab.run();
    await pickerLives(lab);
    assert.deepEqual(errorsOf(await lab.saved()), []);
  });

  figureScenes(here, "figures.ipynb", "pick.ipynb");
  newNotebookScene(here);
});
