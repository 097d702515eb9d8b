#!/usr/bin/env node
// The command `smitin`: its verbs under tsx, with this project's tsconfig.json wherever it is called from.
const { join } = require("node:path");

process.env.TSX_TSCONFIG_PATH ??= join(__dirname, "../../tsconfig.json");
process.noDeprecation = true; // what dependencies still use is not for the command's users to mend
require("tsx/cjs/api").register();
require("./index.ts").main(process.argv.slice(2));
