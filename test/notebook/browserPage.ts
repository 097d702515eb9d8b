import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, type CommBuffer } from "../../lib/notebook/comm";
import { attachNotebook, type MimeBundle, type ShowOptions } from "../../lib/notebook/output";
import { findChromium, type Page, startBrowser, whyNoChromium } from "../jupyter/browser";

type Json = Record<string, unknown>;

const chromium = findChromium();

/** Why there can be no browser here; false if there can. */
export const noBrowser: string | false = whyNoChromium(chromium);

/** A page in Chromium in which widgets live with their TypeScript halves, as in a notebook, and outputs are shown. */
export interface BrowserPage {
  page: Page;
  /** Show what a cell would show, under a name of its own: `#name` in the page. */
  show(name: string, value: MimeBundle | Promise<MimeBundle>): Promise<void>;
  theme(theme: "light" | "dark"): Promise<void>;
  /** A picture of one output, if SMITIN_SCREENSHOTS names a folder. */
  picture(name: string, file?: string): Promise<void>;
  close(): Promise<void>;
}

/** What is a front end in the page: models of widgets, and a line to TypeScript. */
const frontEnd = `
  const models = new Map();
  window.outbox = [];
  const decode = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  window.openModel = (id, state) => {
    const listeners = new Map();
    const changed = new Set();
    const fire = (event, ...args) => { for (const f of [...(listeners.get(event) ?? [])]) f(...args); };
    const tell = (data) => outbox.push(JSON.parse(JSON.stringify({ id, data })));
    const model = {
      get: (key) => state[key],
      set(key, value) { state[key] = value; changed.add(key); fire("change:" + key); },
      save_changes() {
        tell({ method: "update", state: Object.fromEntries([...changed].map((key) => [key, state[key]])), buffer_paths: [] });
        changed.clear();
      },
      send: (content) => tell({ method: "custom", content }),
      on: (event, f) => listeners.set(event, (listeners.get(event) ?? new Set()).add(f)),
      off: (event, f) => listeners.get(event)?.delete(f),
    };
    models.set(id, { model, state, fire });
  };
  window.deliver = (id, data, buffers) => {
    const { state, fire } = models.get(id);
    if (data.method === "update") {
      Object.assign(state, data.state);
      for (const key of Object.keys(data.state)) fire("change:" + key);
    } else fire("msg:custom", data.content, buffers.map((text) => new DataView(decode(text).buffer)));
  };
  window.drawModel = async (id, name) => {
    const { model, state } = models.get(id);
    document.head.append(Object.assign(document.createElement("style"), { textContent: state._css }));
    const url = URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" }));
    const module = await import(url);
    module.default.render({ model, el: document.getElementById(name) });
  };
  window.showHtml = (name, html) => {
    const at = document.getElementById(name);
    at.innerHTML = html;
    for (const old of at.querySelectorAll("script")) {
      const script = document.createElement("script");
      script.textContent = old.textContent;
      old.replaceWith(script);
    }
  };
  window.addPlace = (name) => {
    if (document.getElementById(name)) return;
    const frame = document.createElement("div");
    frame.style.padding = "10px";
    frame.id = name + "-frame";
    frame.innerHTML = '<div id="' + name + '"></div>';
    document.body.append(frame);
  };
`;

const style = `
  body { background: #ffffff; color: #212121; font: 13px / 1.4 sans-serif; margin: 0; width: 1000px;
    --jp-content-font-color1: rgba(0, 0, 0, 0.87); }
  body[data-jp-theme-light="false"] { background: #111111; color: #e0e0e0; --jp-content-font-color1: #ffffff; }
`;

export async function openBrowserPage(): Promise<BrowserPage> {
  const scratch = mkdtempSync(join(tmpdir(), "widgets-"));
  const file = join(scratch, "page.html");
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf8"><style>${style}</style><body data-jp-theme-light="true"><script>${frontEnd}</script></body>`,
  );
  const page = await startBrowser(chromium!);
  await page.open(`file://${file}`);
  await page.until("typeof openModel === 'function'");

  const receivers = new Map<string, (data: Json, buffers: Uint8Array[]) => void>();
  const claimed = new Set<string>();
  const named = new Map<string, string>(); // an output's display id: its place
  let place = "";
  let todo: Promise<unknown> = Promise.resolve();
  /** One after the other. */
  const ask = (expression: string | Promise<string>) => {
    todo = Promise.all([expression, todo]).then(([ready]) => page.value(ready));
    return todo;
  };
  const put = (name: string, bundle: MimeBundle) => {
    const view = bundle["application/vnd.jupyter.widget-view+json"] as { model_id: string } | undefined;
    if (view) return `drawModel("${view.model_id}", "${name}")`;
    const text = bundle["text/html"] ?? `<pre>${bundle["text/plain"]}</pre>`;
    return `showHtml("${name}", ${JSON.stringify(text)})`;
  };
  attachNotebook({
    show(bundle, { id, update }: ShowOptions = {}) {
      if (id?.startsWith("smitin-still")) return;
      const name = update && id ? named.get(id)! : place;
      if (id && !update) named.set(id, name);
      void ask(Promise.resolve(bundle).then((ready) => put(name, ready)));
    },
    claim: (library) => !claimed.has(library) && claimed.add(library) !== undefined,
    comms: {
      open(target, data, { id = "" }) {
        const { state } = data as { state: Json };
        void ask(`openModel("${id}", ${JSON.stringify(state)})`);
        return {
          id,
          target,
          closed: false,
          send(content, { buffers = [] } = {}) {
            const packed = buffers.map((one: CommBuffer) => Buffer.from(bytesOf(one)).toString("base64"));
            void ask(`deliver("${id}", ${JSON.stringify(content)}, ${JSON.stringify(packed)})`);
          },
          onMessage(listener) {
            receivers.set(id, listener);
            return () => void receivers.delete(id);
          },
          onClose: () => () => {},
          close() {},
        };
      },
      onOpen() {},
    },
  });
  const mail = setInterval(async () => {
    const letters = await page.value<{ id: string; data: Json }[]>("outbox.splice(0)").catch(() => []);
    for (const { id, data } of letters) receivers.get(id)?.(data, []);
  }, 30);

  return {
    page,
    async show(name, value) {
      await ask(`addPlace("${name}")`);
      place = name;
      await ask(put(name, await value));
    },
    async theme(theme) {
      await page.look({ width: 1020, height: 900, theme });
      await page.value(`void (document.body.dataset.jpThemeLight = "${theme === "light"}")`);
      await new Promise((next) => setTimeout(next, 300));
    },
    async picture(name, file = name) {
      const folder = process.env.SMITIN_SCREENSHOTS;
      if (!folder) return;
      await page.value(`document.getElementById("${name}-frame").scrollIntoView()`);
      await new Promise((next) => setTimeout(next, 100));
      const light = await page.value("document.body.dataset.jpThemeLight === 'true'");
      await page.picture(join(folder, `${file}-${light ? "light" : "dark"}.png`), `#${name}-frame`);
    },
    async close() {
      clearInterval(mail);
      attachNotebook(undefined);
      await page.close();
      rmSync(scratch, { recursive: true });
    },
  };
}
