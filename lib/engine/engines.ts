import type { Engine, EngineKind, StartOptions } from "./engine";
import { cpu, createPlainEngine } from "./plain";
import { tf } from "./tf";
import { wasm } from "./wasm";

/**
 * The engines that can be started, by the name that `startBackend` and SMITIN_BACKEND take. What needs Node.js registers itself:
 * lib/native adds `node` and `gpu`.
 */
const kinds = new Map<string, EngineKind>(Object.entries({ wasm, cpu }));

/** One engine for each backend that TensorFlow.js has started; it owns what it keeps between calls. */
const engines = new WeakMap<tf.KernelBackend, Engine>();

/** Make an engine known by a name, for `startBackend`. */
export function registerEngine(name: string, kind: EngineKind): void {
  kinds.set(name, kind);
}

/**
 * Start an engine and make it the current one.
 * @param name wasm (SIMD, no native code), cpu (plain JavaScript) or a registered one: node and gpu, what `npm run native`
 * linked, on the processor and on a graphics card. Without it SMITIN_BACKEND, else wasm
 * @returns the name
 * @throws Error when the engine is unknown or not installed, or SMITIN_THREADS (the native engine's threads; without it one a
 * core) no number; for gpu, when TensorFlow finds none
 */
export async function startBackend(name = chosen(), options: StartOptions = {}): Promise<string> {
  const kind = kindOf(name);
  await kind.load(options);
  if (!(await tf.setBackend(kind.backend))) throw notStarted(kind);
  await tf.ready();
  return name;
}

startAtFirstUse(tf.engine());

/** The engine in use: that of TensorFlow.js's current backend. */
export function currentEngine(): Engine {
  const backend = tf.backend();
  const known = engines.get(backend);
  if (known) return known;
  const name = tf.getBackend();
  const kind = [...kinds.values()].find((kind) => kind.backend === name);
  const engine = kind ? kind.create(backend) : createPlainEngine(name);
  engines.set(backend, engine);
  return engine;
}

/** Whether an engine is in use, so that none need be started. */
export function isStarted(): boolean {
  return Boolean(tf.engine().backendName);
}

/**
 * Have the first operation of a program that has started no engine start the one that `startBackend` would, where that needs no wait;
 * TensorFlow.js would take its slowest, and not say so. `tf.ready()` starts it anywhere.
 */
function startAtFirstUse(engine: ReturnType<typeof tf.engine>): void {
  const { ready } = Object.getPrototypeOf(engine) as typeof engine;
  Object.assign(engine, {
    ready: async () => {
      if (isStarted()) await ready.call(engine);
      else await startBackend();
    },
    initializeBackendsAndReturnBest() {
      const kind = kindOf(chosen());
      if (kind.load({}) instanceof Promise)
        throw new Error(
          "expected an engine in use, found none: `await startBackend()` before the first operation",
        );
      if (!engine.findBackend(kind.backend)) throw notStarted(kind);
      return { name: kind.backend, asyncInit: false };
    },
  });
}

function kindOf(name: string): EngineKind {
  const kind = kinds.get(name);
  if (!kind) throw new Error(`SMITIN_BACKEND: expected ${listed([...kinds.keys()])}, found "${name}"`);
  return kind;
}

function notStarted({ backend }: EngineKind): Error {
  return new Error(`the TensorFlow.js engine "${backend}" did not start`);
}

/** Node.js's environment; a page has none. */
function chosen(): string {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.SMITIN_BACKEND || "wasm";
}

function listed(names: string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
