// The process in which the headless runner executes cells: lib/kernel/worker.ts under tsx.
require("tsx/cjs");
require("./worker.ts");
