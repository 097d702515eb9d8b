import type { engine } from "@tensorflow/tfjs-core";

/** Node.js has it; bundlers for a page read it as an import. */
declare const require: (name: string) => unknown;

/**
 * Have the derivatives of all operations read when the first gradient is asked for. They are 200 files, most of what TensorFlow.js
 * takes to load, and only training needs them. They register themselves for the process.
 */
export function findGradientsLate(engines: ReturnType<typeof engine>): void {
  const { gradients } = engines;
  engines.gradients = (...args) => {
    engines.gradients = gradients;
    require("@tensorflow/tfjs-core/dist/register_all_gradients.js");
    return gradients.apply(engines, args) as never;
  };
}
