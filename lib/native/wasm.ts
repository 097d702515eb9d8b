import { readFileSync } from "node:fs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { registerEngine, tf } from "../engine";
import { wasm } from "../engine/wasm";

/*
 * The wasm engine as Node.js starts it: at once, so that the first operation can start it (a page has to fetch it, and waits). What
 * TensorFlow.js's package does when it starts the backend (`init` in backend_wasm.ts) is done here without waiting, on the same
 * binary.
 */
registerEngine("wasm", { ...wasm, load });

const packageName = "@tensorflow/tfjs-backend-wasm";

function load(): void {
  if (tf.engine().registry.wasm) return; // it runs
  const { BackendWasm: Backend }: { BackendWasm: new (module: object) => BackendWasm } = require(packageName);
  if (tf.findBackendFactory("wasm")) tf.removeBackend("wasm"); // the package's own way
  tf.registerBackend("wasm", () => new Backend(startModule()), 2);
}

/** What Emscripten makes of the settings that its glue is called with. */
interface EmscriptenModule {
  cwrap?(name: string, result: string | null, parameters: string[]): (...numbers: number[]) => number;
}

type Instantiated = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

function startModule(): object {
  const glue: (settings: object) => unknown = require(`${packageName}/wasm-out/tfjs-backend-wasm.js`);
  const binaries = ["tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm.wasm"].map((file) =>
    readFileSync(require.resolve(`${packageName}/wasm-out/${file}`)),
  );
  const module = new WebAssembly.Module(binaries.find((binary) => WebAssembly.validate(binary))!);
  const settings: EmscriptenModule & { instantiateWasm: unknown } = {
    instantiateWasm(imports: WebAssembly.Imports, instantiated: Instantiated) {
      const instance = new WebAssembly.Instance(module, imports);
      instantiated(instance, module);
      return instance.exports;
    },
  };
  withoutListeners(() => glue(settings));
  const wrap = settings.cwrap!;
  return Object.assign(settings, {
    tfjs: {
      init: wrap("init", null, []),
      initWithThreadsCount: wrap("init_with_threads_count", null, ["number"]),
      getThreadsCount: wrap("get_threads_count", "number", []),
      registerTensor: wrap("register_tensor", null, ["number", "number", "number"]),
      disposeData: wrap("dispose_data", null, ["number"]),
      dispose: wrap("dispose", null, []),
    },
  });
}

/**
 * Emscripten's glue listens to the process for errors that nobody catches, and throws them again: whoever else listens, as a notebook's
 * kernel does so that it lives on, would be of no use. And when the backend is disposed of, it takes all listeners with it.
 */
function withoutListeners(make: () => void): void {
  const own = { on: { value: () => process }, listeners: { value: undefined } };
  const before = Object.getOwnPropertyDescriptors(process);
  for (const [name, property] of Object.entries(own))
    Object.defineProperty(process, name, { ...property, configurable: true });
  try {
    make();
  } finally {
    for (const name of ["on", "listeners"] as const) {
      delete (process as Partial<NodeJS.Process>)[name];
      if (before[name]) Object.defineProperty(process, name, before[name]);
    }
  }
}
