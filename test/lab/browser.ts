import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

type Json = Record<string, unknown>;

/** A page in headless Chromium, driven by the DevTools protocol over a pipe. */
export interface Page {
  open(url: string): Promise<void>;
  /** A JavaScript expression's value, promises awaited. @throws Error with what the page threw */
  value<Value>(expression: string): Promise<Value>;
  /** Wait until an expression is truthy; its value. */
  until<Value>(expression: string, seconds?: number): Promise<Value>;
  /** Press and release the mouse in the middle of the first element that fits. */
  click(selector: string, options?: { shift?: boolean }): Promise<void>;
  /** A PNG file of what is seen. */
  picture(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Chromium on this machine: SMITIN_CHROMIUM, or one of the usual names. */
export function findChromium(): string | undefined {
  const names = [process.env.SMITIN_CHROMIUM, "chromium", "chromium-browser", "google-chrome"];
  return names.find((name) => name && spawnSync(name, ["--version"]).status === 0);
}

/** A Python with JupyterLab and the widgets: SMITIN_PYTHON, or python3. */
export function findPython(): string | undefined {
  const script = "import jupyterlab, anywidget, ipywidgets";
  return [process.env.SMITIN_PYTHON, "python3"].find(
    (name) => name && spawnSync(name, ["-c", script]).status === 0,
  );
}

export async function startBrowser(chromium: string): Promise<Page> {
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
  ];
  const browser = spawn(chromium, options, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const [input, output] = [browser.stdio[3] as Writable, browser.stdio[4] as Readable];
  const waiting = new Map<number, { resolve(result: Json): void; reject(error: Error): void }>();
  let rest = "";
  let number = 0;
  output.on("data", (data) => {
    const parts = `${rest}${data}`.split("\0");
    rest = parts.pop()!;
    for (const part of parts) {
      const { id, result, error } = JSON.parse(part);
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
    async until(expression, seconds = 400) {
      const end = Date.now() + 1000 * seconds;
      for (;;) {
        const found = await page.value<never>(expression).catch(() => undefined);
        if (found) return found;
        if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for: ${expression}`);
        await new Promise((next) => setTimeout(next, 250));
      }
    },
    async click(selector, { shift = false } = {}) {
      const place = await page.until<{ x: number; y: number }>(`(() => {
        const found = document.querySelector(${JSON.stringify(selector)});
        if (!found) return undefined;
        found.scrollIntoView({ block: "center" });
        const { x, y, width, height } = found.getBoundingClientRect();
        return width > 0 ? { x: x + width / 2, y: y + height / 2 } : undefined;
      })()`);
      const event = { ...place, button: "left", clickCount: 1, modifiers: shift ? 8 : 0 };
      await ask("Input.dispatchMouseEvent", { ...event, type: "mouseMoved", button: "none" });
      await ask("Input.dispatchMouseEvent", { ...event, type: "mousePressed" });
      await ask("Input.dispatchMouseEvent", { ...event, type: "mouseReleased" });
    },
    async picture(path) {
      const { data } = await ask("Page.captureScreenshot", { format: "png" });
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
