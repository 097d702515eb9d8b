import { layOut, type NotebookFile } from "../../kernel/notebookFormat";
import { parseNotebook } from "../../kernel/parseNotebook";
import { createMarkdown } from "../../kernel/webpage/markdown";
import { h } from "../../notebook/widgets/page/elements";
import { createCells } from "./cellList";
import { drawStill } from "./drawStill";
import { forgetEdits, keepEdits, withEdits } from "./edits";
import { forJupyter } from "./forJupyter";
import { createKernel } from "./kernel";
import { installLibraries } from "./pageLibraries";
import { createToolbar } from "./toolbar";
import { createWidgetHost } from "./widgetHost";

/*
 * The page of a notebook. The build has written it with its texts and stored outputs; this makes it live: cells that can be edited
 * and run. The compiler and the lab are loaded when a cell runs.
 */
const root = new URL("../", location.href).href;
const place = document.querySelector<HTMLElement>("[data-notebook]")!;

async function main(): Promise<void> {
  followTheme();
  const own = place.dataset.notebook!;
  const links = JSON.parse(place.querySelector(".links")!.textContent!) as Record<string, string>;
  const opened = /^#file=(.+)$/.exec(location.hash)?.[1];
  const name = opened ? `file:${decodeURIComponent(opened)}` : own;
  const source = opened ? emptyNotebook : parseNotebook(await fetchText(`${own}.ipynb`), `${own}.ipynb`);
  const { notebook, isEdited } = withEdits(name, source);

  const libraries = installLibraries(root);
  const files = new Map<string, Uint8Array>();
  const kernel = createKernel(root, {
    state: (state) => toolbar.state(state),
    comm: (message) => widgets.receive(message),
    file(path, bytes) {
      files.set(path, bytes);
      toolbar.files(files);
    },
    draw: (figure, size) => drawStill(libraries, figure, size),
  });
  const widgets = createWidgetHost(root, kernel.comm);
  const markdown = createMarkdown({ link: (href) => links[href] ?? href, image: () => undefined });
  const cells = createCells(notebook, kernel, widgets, markdown, () => {
    toolbar.edited(true);
    try {
      keepEdits(name, notebook);
    } catch (error) {
      toolbar.tell((error as Error).message);
    }
  });
  const toolbar = createToolbar({
    runAll: () => void cells.runAll(),
    interrupt: kernel.interrupt,
    restart() {
      kernel.restart();
      widgets.lost();
      files.clear();
      toolbar.files(files);
    },
    download: () => save(`${name.replace(/^file:|\.ipynb$/g, "")}.ipynb`, layOut(forJupyter(notebook))),
    saveFile: (path) => save(path.slice(path.lastIndexOf("/") + 1), files.get(path)!),
    async open(file) {
      try {
        const other = parseNotebook(await file.text(), file.name);
        keepEdits(`file:${file.name}`, other);
        location.hash = `file=${encodeURIComponent(file.name)}`;
        location.reload();
      } catch (error) {
        toolbar.tell((error as Error).message);
      }
    },
    forget() {
      forgetEdits(name);
      if (opened) location.hash = "";
      location.reload();
    },
  });
  place.replaceChildren(toolbar.element, cells.element);
  toolbar.state(kernel.state);
  toolbar.edited(isEdited);
  document.documentElement.dataset.live = "yes";
  addEventListener("beforeunload", (event) => {
    if (!["asleep", "idle"].includes(kernel.state)) event.preventDefault();
  });
}

/** Outputs and widgets know the theme as JupyterLab says it. */
function followTheme(): void {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const say = () => {
    const { theme } = document.documentElement.dataset;
    document.body.dataset.jpThemeLight = String(theme ? theme === "light" : !prefersDark.matches);
  };
  prefersDark.addEventListener("change", say);
  new MutationObserver(say).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  say();
}

const emptyNotebook: NotebookFile = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };

async function fetchText(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: HTTP ${answer.status}`);
  return answer.text();
}

function save(name: string, data: string | Uint8Array): void {
  const address = URL.createObjectURL(new Blob([data as BlobPart]));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

main().catch((error: Error) => {
  const words = `The cells can be read, and not be run: the page could not be loaded whole (${error.message}). Load it again.`;
  place.before(h("p", { class: "told", role: "alert" }, words));
});
