#!/usr/bin/env node
// The command `smitin`: its verbs under tsx, with this project's tsconfig.json wherever it is called from; as built where the lab is
// installed as a package, without sources.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

process.noDeprecation = true; // what dependencies still use is not for the command's users to mend
if (existsSync(join(__dirname, "start.ts"))) {
  process.env.TSX_TSCONFIG_PATH ??= join(__dirname, "../../tsconfig.json");
  require("tsx/cjs/api").register();
  require("./start.ts");
} else import("../../dist/smitin.mjs");
