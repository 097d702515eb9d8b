// The thread in which files are read: test/fuzz/thread.ts under tsx.
require("tsx/cjs/api").register();
require("./thread.ts");
