import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ownPython } from "../../lib/jupyter/environment";
import { startServer } from "../../lib/jupyter/server";
import { kernelName } from "../../lib/kernel/kernelSpec";
import type { NotebookFile } from "../../lib/kernel/notebookFile";
import { findChromium, type Page, startBrowser } from "../jupyter/browser";
import { pythonWith } from "../kernel/python";

/** JupyterLab in a browser, with notebooks in a folder of their own. */
export interface Lab {
  page: Page;
  folder: string;
  /** Bring a notebook to the front, opened if it is not; its kernel is ready then. */
  open(name: string): Promise<void>;
  /** Run all cells of the notebook in front. @throws Error with what a cell threw */
  run(): Promise<void>;
  /** How far the cells of the notebook in front have come, for a message. */
  told(): Promise<string>;
  /** The text of what code gives in the kernel of the notebook in front, after what runs there. */
  kernel(code: string): Promise<string>;
  /** Save the notebook in front; what is in the file. */
  saved(): Promise<NotebookFile>;
  /** Load the page again and wait for the notebook that was in front. */
  reload(): Promise<void>;
  /** A screenshot, if SMITIN_SCREENSHOTS names a folder for them. */
  picture(name: string): Promise<void>;
  stop(): Promise<void>;
}

export const repository = resolve(__dirname, "../..");
const chromium = findChromium();
const python = chromium && pythonWith("jupyterlab", "anywidget", "ipywidgets");

/** Why there can be no lab here; false if there can. */
export const noLab: string | false =
  chromium && python
    ? false
    : "needs Chromium and a Python with JupyterLab and anywidget (SMITIN_CHROMIUM, SMITIN_PYTHON)";

const front = "jupyterapp.shell.currentWidget";

/** @param notebooks the cells of each, by file name */
export async function startLab(notebooks: Record<string, string[]>): Promise<Lab> {
  const scratch = mkdtempSync(join(tmpdir(), "lab-"));
  for (const [name, cells] of Object.entries(notebooks))
    writeFileSync(join(scratch, name), JSON.stringify(notebookOf(cells)));
  const server = await startServer(ownPython(python!, join(scratch, "lab")), {
    root: scratch,
    browser: false,
    quiet: true,
    settings: ["--LabApp.expose_app_in_browser=True"],
  });
  const page = await startBrowser(chromium!);
  let inFront = "";

  const urlOf = (name: string) => server.url.replace("/lab/tree/notebooks", `/lab/tree/${name}`);
  const bring = () => `void jupyterapp.commands.execute("docmanager:open", { path: "${inFront}" })`;
  const ready = async () => {
    await page.until(`window.jupyterapp && ${front}?.context?.path === ${JSON.stringify(inFront)}`);
    await page.until(`${front}.sessionContext?.session?.kernel?.status === "idle"`);
  };
  return {
    page,
    folder: scratch,
    async open(name) {
      const isFirst = !inFront;
      inFront = name;
      if (isFirst) await page.open(urlOf(name));
      else await page.value(bring());
      await ready();
    },
    async run() {
      const ran = await page.value<NotebookFile>(`(async () => {
        const { context } = ${front};
        await jupyterapp.commands.execute("notebook:run-all-cells");
        return context.model.toJSON();
      })()`);
      const errors = errorsOf(ran);
      if (errors.length > 0) throw new Error(`${inFront}: ${errors.join("; ")}`);
    },
    told: () =>
      page.value(`[...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")].map((cell) =>
        cell.querySelector(".jp-InputPrompt").textContent + " " +
        (cell.querySelector(".jp-OutputArea")?.textContent ?? "").trim().slice(-200)).join("\\n")`),
    kernel: (code) =>
      page.value(`new Promise((done, fail) => {
        const { kernel } = ${front}.sessionContext.session;
        const asked = kernel.requestExecute({ code: ${JSON.stringify(code)}, store_history: false });
        let text = "";
        asked.onIOPub = ({ header, content }) => {
          if (header.msg_type === "execute_result") text = content.data["text/plain"];
          if (header.msg_type === "error") fail(new Error(content.ename + ": " + content.evalue));
        };
        asked.done.then(() => done(text), fail);
        setTimeout(() => fail(new Error("no answer from the kernel in 200 s")), 200_000);
      })`),
    async saved() {
      await page.value(`${front}.context.save().then(() => undefined)`);
      return JSON.parse(readFileSync(join(scratch, inFront), "utf8"));
    },
    async reload() {
      await page.value(`jupyterapp.commands.execute("docmanager:save-all").then(() => undefined)`);
      await page.value("void (window.isOld = true)");
      await page.open(urlOf(inFront));
      await page.until("!window.isOld && Boolean(window.jupyterapp)");
      await page.value("jupyterapp.restored.then(() => undefined)");
      await ready();
    },
    async picture(name) {
      const folder = process.env.SMITIN_SCREENSHOTS;
      if (!folder) return;
      mkdirSync(folder, { recursive: true });
      await page.picture(join(folder, `${name}.png`));
    },
    async stop() {
      await page.close();
      await server.stop();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What went wrong in a notebook's cells. */
export function errorsOf({ cells }: NotebookFile): string[] {
  return cells.flatMap(({ outputs = [] }) =>
    outputs.flatMap((output) =>
      output.output_type === "error" ? [`${output.ename}: ${output.evalue}`] : [],
    ),
  );
}

function notebookOf(cells: string[]): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernelName, display_name: "SMITIN Lab" } },
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
  };
}
