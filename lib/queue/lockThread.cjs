// The thread that keeps a worker's pieces locked: lib/queue/lockThread.ts under tsx.
require("tsx/cjs/api").register();
require("./lockThread.ts");
