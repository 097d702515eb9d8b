// The process in which the headless runner executes cells: lib/kernel/worker.ts under tsx.
import("tsx").then(() => require("./worker.ts"));
