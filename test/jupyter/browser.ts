import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

type Json = Record<string, unknown>;

const keyCodes: Record<string, number> = {
  Enter: 13,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
};

/** A page in headless Chromium, driven by the DevTools protocol over a pipe. */
export interface Page {
  open(url: string): Promise<void>;
  /** A JavaScript expression's value, promises awaited. @throws Error with what the page threw */
  value<Value>(expression: string): Promise<Value>;
  /**
   * Wait until an expression is truthy; its value.
   * @param during what goes on meanwhile: if it fails, so does the wait, with its error
   */
  until<Value>(expression: string, seconds?: number, during?: Promise<unknown>): Promise<Value>;
  /** Press and release the mouse on the first element that fits and shows, `at` some share of its width (the middle). */
  click(selector: string, options?: { shift?: boolean; at?: number; seconds?: number }): Promise<void>;
  /** Press the mouse on one element, release it on another. */
  drag(from: string, to: string): Promise<void>;
  hover(selector: string): Promise<void>;
  /** Press and release a key on what has the focus: a character, or a name such as ArrowLeft. */
  press(key: string, options?: { shift?: boolean }): Promise<void>;
  /** Note from now on what goes wrong in the page and what it asks the network or the disk for. */
  watch(): Promise<Watched>;
  /** Show the page in a window of this size, to readers who like it light or dark. */
  look(size: { width: number; height: number; theme: "light" | "dark" }): Promise<void>;
  /** Answer the page's question for something, such as "microphone", before it is asked. */
  permit(name: string, setting: "granted" | "denied"): Promise<void>;
  /** Let pages of an address keep no more than so many bytes. */
  room(address: string, bytes: number): Promise<void>;
  /** Bytes that the largest of its processes holds (Linux). */
  memory(): Promise<number>;
  /** A PNG file of what is seen, or of the first element that fits. */
  picture(path: string, selector?: string): Promise<void>;
  close(): Promise<void>;
}

export interface Watched {
  /** Messages of errors and warnings, and what nobody caught. */
  complaints: string[];
  /** Addresses, those of data within the page left out. */
  requests: string[];
}

/** Chromium on this machine: SMITIN_CHROMIUM, or one of the usual names. */
export function findChromium(): string | undefined {
  const names = [process.env.SMITIN_CHROMIUM, "chromium", "chromium-browser", "google-chrome"];
  return names.find((name) => name && spawnSync(name, ["--version"]).status === 0);
}

/** Why tests of pages are left out here; false where they run. */
export function whyNoChromium(chromium = findChromium()): string | false {
  if (chromium) return false;
  return "needs Chromium: install Debian's package chromium, or say in SMITIN_CHROMIUM where it is";
}

/** @param more options of Chromium's own, besides those for pages in tests */
export async function startBrowser(chromium: string, more: string[] = []): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const options = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--remote-debugging-pipe",
    "--window-size=1400,1600",
    `--user-data-dir=${profile}`,
    ...more,
  ];
  const browser = spawn(chromium, options, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const [input, output] = [browser.stdio[3] as Writable, browser.stdio[4] as Readable];
  const waiting = new Map<number, { resolve(result: Json): void; reject(error: Error): void }>();
  let watched: Watched | undefined;
  let rest = "";
  let number = 0;
  output.on("data", (data) => {
    const parts = `${rest}${data}`.split("\0");
    rest = parts.pop()!;
    for (const part of parts) {
      const { id, result, error, method, params } = JSON.parse(part);
      if (watched) note(watched, method, params);
      if (method === "Page.javascriptDialogOpening")
        void ask("Page.handleJavaScriptDialog", { accept: true }); // "leave this page?"
      if (error) waiting.get(id)?.reject(new Error(error.message));
      else waiting.get(id)?.resolve(result);
      waiting.delete(id);
    }
  });

  const send = (method: string, params: Json = {}, sessionId?: string): Promise<Json> => {
    const id = ++number;
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => void waiting.set(id, { resolve, reject }));
  };
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const ask = (method: string, params?: Json) => send(method, params, sessionId as string);
  await ask("Page.enable");

  interface Place {
    x: number;
    y: number;
  }
  const placeOf = (selector: string, at = 0.5, seconds?: number) => {
    const script = `(() => {
      const found = [...document.querySelectorAll(${JSON.stringify(selector)})]
        .find((one) => one.getBoundingClientRect().width > 0);
      if (!found) return undefined;
      found.scrollIntoView({ block: "nearest" });
      const { x, y, width, height } = found.getBoundingClientRect();
      const place = { x: x + ${at} * width, y: y + height / 2 };
      const there = document.elementFromPoint(place.x, place.y);
      return found.contains(there) || there?.contains(found) ? place : undefined; // nothing lies over it
    })()`;
    return page.until<Place>(script, seconds);
  };
  const mouse = (type: string, place: Place, shift = false) =>
    ask("Input.dispatchMouseEvent", {
      ...place,
      type,
      button: type === "mouseMoved" ? "none" : "left",
      clickCount: 1,
      modifiers: shift ? 8 : 0,
    });

  const page: Page = {
    async open(url) {
      await ask("Page.navigate", { url });
    },
    async value(expression) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = (await ask("Runtime.evaluate", options)) as {
        result: { value: never };
        exceptionDetails?: { text: string; exception?: { description?: string } };
      };
      if (!exceptionDetails) return result.value;
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    },
    async until(expression, seconds = 120, during) {
      const end = Date.now() + 1000 * seconds;
      let failure: unknown;
      during?.catch((error) => {
        failure = error;
      });
      for (;;) {
        if (failure) throw failure;
        const found = await page.value<never>(expression).catch(() => undefined);
        if (found) return found;
        if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for: ${expression}`);
        await new Promise((next) => setTimeout(next, 250));
      }
    },
    async click(selector, { shift = false, at, seconds } = {}) {
      const place = await placeOf(selector, at, seconds);
      await mouse("mouseMoved", place);
      await mouse("mousePressed", place, shift);
      await mouse("mouseReleased", place, shift);
    },
    async drag(from, to) {
      const start = await placeOf(from);
      await mouse("mouseMoved", start);
      await mouse("mousePressed", start);
      const end = await placeOf(to);
      await mouse("mouseMoved", end);
      await mouse("mouseReleased", end);
    },
    async hover(selector) {
      await mouse("mouseMoved", await placeOf(selector));
    },
    async press(key, { shift = false } = {}) {
      const isText = key.length === 1;
      const windowsVirtualKeyCode = isText ? key.toUpperCase().charCodeAt(0) : (keyCodes[key] ?? 0);
      const event = { key, windowsVirtualKeyCode, modifiers: shift ? 8 : 0 };
      await ask("Input.dispatchKeyEvent", { ...event, type: "keyDown", text: isText ? key : undefined });
      await ask("Input.dispatchKeyEvent", { ...event, type: "keyUp" });
    },
    async watch() {
      watched = { complaints: [], requests: [] };
      for (const domain of ["Runtime", "Log", "Network"]) await ask(`${domain}.enable`);
      return watched;
    },
    async look({ width, height, theme }) {
      await ask("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
      const features = [{ name: "prefers-color-scheme", value: theme }];
      await ask("Emulation.setEmulatedMedia", { features });
    },
    async permit(name, setting) {
      await send("Browser.setPermission", { permission: { name }, setting });
    },
    async room(address, quotaSize) {
      await ask("Storage.overrideQuotaForOrigin", { origin: new URL(address).origin, quotaSize });
    },
    async memory() {
      const { processInfo } = (await send("SystemInfo.getProcessInfo")) as {
        processInfo: { type: string; id: number }[];
      };
      const sizes = processInfo
        .filter(({ type }) => type === "renderer")
        .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]));
      return 1024 * Math.max(...sizes);
    },
    async picture(path, selector) {
      const clip =
        selector &&
        (await page.value<Json>(`(() => {
          const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
          return { x: x + scrollX, y: y + scrollY, width, height, scale: 1 };
        })()`));
      const whole = clip ? { clip, captureBeyondViewport: true } : {};
      const { data } = await ask("Page.captureScreenshot", { format: "png", ...whole });
      writeFileSync(path, Buffer.from(data as string, "base64"));
    },
    async close() {
      const ended = once(browser, "exit");
      void send("Browser.close").catch(() => {});
      const clock = setTimeout(() => browser.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(clock);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return page;
}

/** Of the protocol's events, those that a reader of `Watched` wants to know. */
function note({ complaints, requests }: Watched, method: string | undefined, params: object = {}): void {
  const { entry, exceptionDetails, type, args, request } = params as {
    entry: { level: string; text: string };
    exceptionDetails: { text: string; exception?: { description?: string } };
    type: string;
    args: { value?: unknown; description?: string }[];
    request: { url: string };
  };
  if (method === "Log.entryAdded" && entry.level !== "info" && entry.level !== "verbose")
    complaints.push(entry.text);
  if (method === "Runtime.exceptionThrown")
    complaints.push(exceptionDetails.exception?.description ?? exceptionDetails.text);
  if (method === "Runtime.consoleAPICalled" && ["error", "warning", "assert"].includes(type))
    complaints.push(args.map(({ value, description }) => value ?? description).join(" "));
  if (method === "Network.requestWillBeSent" && !/^(data|blob):/.test(request.url))
    requests.push(request.url);
}
