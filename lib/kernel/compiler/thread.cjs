// The thread in which cells are compiled: lib/kernel/compiler/thread.ts under tsx, which would take long over TypeScript itself.
require("typescript");
require("tsx/cjs/api").register();
require("./thread.ts");
