// The process in which the headless runner executes cells: lib/kernel/headless/worker.ts under tsx.
require("../compiler/start.cjs");
import("tsx").then(() => require("./worker.ts"));
