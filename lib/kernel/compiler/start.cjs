// Starts the compiler's thread as soon as this is loaded, before tsx is: TypeScript is read while the kernel still loads.
const { join } = require("node:path");
const { Worker } = require("node:worker_threads");

let early = start();

function start() {
  return new Worker(join(__dirname, "thread.cjs"), {
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 128 }, // syntax trees are young for long
  });
}

/** The thread, another for each caller; it waits for `CompilerThreadData`. */
exports.takeThread = () => {
  const thread = early ?? start();
  early = undefined;
  return thread;
};
