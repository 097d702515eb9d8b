// The thread in which the kernel talks to Jupyter: lib/kernel/protocol/ioThread.ts under tsx.
require("tsx/cjs/api").register();
require("./ioThread.ts");
