// The process in which the headless runner executes cells: lib/kernel/worker.ts under tsx.
require("./compilerStart.cjs");
import("tsx").then(() => require("./worker.ts"));
