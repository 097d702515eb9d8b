import type { Hands } from "./hands";
import type { Made, TakeOrder, ToPage, ToWorker } from "./protocol";

/** What the page hears of the worker without having asked. */
export interface StudioListener {
  loading(done: number, total: number): void;
  ready(about: { fingerprint: string; lookAhead: number; hasSimd: boolean }): void;
  failed(why: string): void;
  made(made: Made): void;
  ended(take: Extract<ToPage, { say: "ended" }>): void;
  wrong(why: string): void;
  /** What nobody caught. */
  stray(why: string): void;
}

/** The worker with the model, from the page's side. */
export interface Studio {
  load(files: string[], probes: Record<string, string>): void;
  make(order: TakeOrder, hands: Hands): void;
  hands(hands: Hands): void;
  until(seconds: number): void;
  stop(): void;
  /** Ask for something that has an answer. @throws Error with what the worker could not do */
  ask<Value>(
    question: Question,
    onProgress?: (what: string, done: number, total: number) => void,
  ): Promise<Value>;
}

type Asked = Extract<ToWorker, { id: number }>;
/** A message that has an answer, without its number. */
export type Question = Asked extends infer One ? (One extends Asked ? Omit<One, "id"> : never) : never;

interface Waiting {
  resolve(value: never): void;
  reject(error: Error): void;
  onProgress?(what: string, done: number, total: number): void;
}

export function openStudio(listener: StudioListener): Studio {
  const worker = new Worker(new URL("worker.js", document.baseURI), { type: "module", name: "model" });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  const sizes = new Map<string, [done: number, total: number]>();
  const tell = (message: ToWorker) => worker.postMessage(message);

  let isThere = false; // from then on it tells of its errors itself
  worker.onerror = (event) => {
    event.preventDefault();
    if (!isThere) listener.failed(event.message || "the worker could not be started");
  };
  worker.onmessage = ({ data }: { data: ToPage }) => {
    isThere = true;
    if (data.say === "loading") {
      sizes.set(data.file, [data.done, data.total]);
      const sums = [0, 1].map((i) => [...sizes.values()].reduce((sum, pair) => sum + (pair[i] || 0), 0));
      listener.loading(sums[0], sums[1]);
    } else if (data.say === "ready") listener.ready(data);
    else if (data.say === "failed") listener.failed(data.why);
    else if (data.say === "made") listener.made(data);
    else if (data.say === "ended") listener.ended(data);
    else if (data.say === "wrong") listener.wrong(data.why);
    else if (data.say === "stray") listener.stray(data.why);
    else if ("id" in data) settle(data);
  };

  function settle(data: Extract<ToPage, { id: number }>): void {
    const one = waiting.get(data.id);
    if (data.say === "progress") {
      one?.onProgress?.(data.what, data.done, data.total);
      return;
    }
    waiting.delete(data.id);
    if (data.say === "answer") one?.resolve(data.value as never);
    else one?.reject(new Error(data.why));
  }

  return {
    load: (files, probes) => tell({ say: "load", files, probes }),
    make: (order, hands) => tell({ say: "make", order, ...hands }),
    hands: (hands) => tell({ say: "hands", ...hands }),
    until: (seconds) => tell({ say: "until", seconds }),
    stop: () => tell({ say: "stop" }),
    ask(question, onProgress) {
      const id = ++asked;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: never) => void, reject, onProgress });
        tell({ ...question, id } as ToWorker);
      });
    },
  };
}
