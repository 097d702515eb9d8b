// The thread in which cells are compiled: lib/kernel/compiler/thread.ts under tsx, which would take long over TypeScript itself.
const { createRequire } = require("node:module");
createRequire(require.resolve("tslab/package.json"))("@tslab/typescript-for-tslab");
require("tsx/cjs/api").register();
require("./thread.ts");
