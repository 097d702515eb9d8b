import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { plotlyScript } from "../../lib/stills/plotly";

describe("plotlyScript", () => {
  test("is plotly whole, under its licence, in half the size", () => {
    const { version } = require("plotly.js-dist/package.json") as { version: string };
    const script = plotlyScript();
    assert.ok(script.startsWith(`/**\n* plotly.js v${version}\n`));
    assert.match(script.slice(0, 300), /MIT license/);
    assert.ok(script.length > 4e6 && script.length < 6e6, `${script.length} characters`);
    assert.doesNotMatch(script, /<\/script|<!--/i); // so that it may stand in a page
  });
});
