import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "undici";
import type { Watched } from "../jupyter/browser";

type Json = Record<string, unknown>;

/** A page in headless Firefox, driven by WebDriver BiDi. */
export interface FirefoxPage {
  open(url: string): Promise<void>;
  /** A JavaScript expression's value, promises awaited. @throws Error with what the page threw */
  value<Value>(expression: string): Promise<Value>;
  /** Wait until an expression is truthy; its value. */
  until<Value>(expression: string, seconds?: number): Promise<Value>;
  /** Press and release the mouse in the middle of the first element that fits and shows. */
  click(selector: string): Promise<void>;
  press(key: string): Promise<void>;
  /** Complaints and requests since the beginning. */
  watched: Watched;
  close(): Promise<void>;
}

/** Firefox on this machine: SMITIN_FIREFOX, or one of the usual names. */
export function findFirefox(): string | undefined {
  const names = [process.env.SMITIN_FIREFOX, "firefox-esr", "firefox"];
  return names.find((name) => name && spawnSync(name, ["--version"]).status === 0);
}

/** Sound without a click and without a device for it, and no questions and no errands of the browser's own. */
const preferences = {
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  "media.cubeb.force_mock_context": true,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "app.update.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

export async function startFirefox(firefox: string): Promise<FirefoxPage> {
  const profile = mkdtempSync(join(tmpdir(), "firefox-"));
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const options = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
  const browser = spawn(firefox, options, { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    browser.stderr.on("data", (data) => {
      said += data;
      const [, found] = /WebDriver BiDi listening on (ws:\S+)/.exec(said) ?? [];
      if (found) resolve(found);
    });
    browser.once("exit", () => reject(new Error(`Firefox ended before it could be spoken to: ${said}`)));
  });
  const socket = new WebSocket(`${address}/session`);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error(`no connection to ${address}`)));
  });
  const waiting = new Map<number, { resolve(result: Json): void; reject(error: Error): void }>();
  const watched: Watched = { complaints: [], requests: [] };
  let number = 0;
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error, message, method, params } = JSON.parse(String(data));
    if (method) note(watched, method, params);
    if (error) waiting.get(id)?.reject(new Error(`${error}: ${message}`));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  const ask = (method: string, params: Json = {}): Promise<Json> => {
    const id = ++number;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => void waiting.set(id, { resolve, reject }));
  };
  await ask("session.new", { capabilities: {} });
  const { context } = await ask("browsingContext.create", { type: "tab" });
  await ask("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent"] });
  const act = (actions: Json[]) => ask("input.performActions", { context, actions });

  const page: FirefoxPage = {
    watched,
    async open(url) {
      await ask("browsingContext.navigate", { context, url, wait: "complete" });
    },
    async value(expression) {
      const { result, exceptionDetails } = (await ask("script.evaluate", {
        expression: `(async () => JSON.stringify(await (${expression})))()`,
        target: { context },
        awaitPromise: true,
        userActivation: true,
      })) as { result?: { value?: string }; exceptionDetails?: { text: string } };
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return result?.value === undefined ? undefined : JSON.parse(result.value);
    },
    async until(expression, seconds = 60) {
      const end = Date.now() + 1000 * seconds;
      for (;;) {
        const found = await page.value<never>(expression).catch(() => undefined);
        if (found) return found;
        if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for: ${expression}`);
        await new Promise((next) => setTimeout(next, 250));
      }
    },
    async click(selector) {
      const place = await page.until<{ x: number; y: number }>(`(() => {
        const found = [...document.querySelectorAll(${JSON.stringify(selector)})]
          .find((one) => one.getBoundingClientRect().width > 0);
        if (!found) return undefined;
        found.scrollIntoView({ block: "nearest" });
        const { x, y, width, height } = found.getBoundingClientRect();
        return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
      })()`);
      const move = { type: "pointerMove", ...place };
      const actions = [move, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
      await act([{ type: "pointer", id: "mouse", actions }]);
    },
    async press(key) {
      const actions = ["keyDown", "keyUp"].map((type) => ({ type, value: key }));
      await act([{ type: "key", id: "keys", actions }]);
    },
    async close() {
      const ended = once(browser, "exit");
      void ask("browser.close").catch(() => {});
      const clock = setTimeout(() => browser.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(clock);
      socket.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return page;
}

function note({ complaints, requests }: Watched, method: string, params: Json): void {
  const { level, text, request } = params as { level?: string; text?: string; request?: { url: string } };
  if (method === "log.entryAdded" && (level === "error" || level === "warn")) complaints.push(text ?? "");
  if (method === "network.beforeRequestSent" && request && !/^(data|blob):/.test(request.url))
    requests.push(request.url);
}
