import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fontFamily } from "../../../lib/figures/theme";
import { scriptJson } from "../../../lib/notebook/libraries";
import { pageColours } from "./pageColours";
import { type Peaks, playerStyle } from "./players";

/** A pair to compare. The clips' names say nothing about how they were made. */
export interface Trial {
  trial: string;
  clips: [TestClip, TestClip];
}

export interface TestClip extends Peaks {
  id: string;
  /** Seconds of the prompt at its beginning. */
  prompt: number;
}

/** The listening test as a page: clips/ and wavesurfer.min.js lie beside it. @param test which one: ratings carry it */
export function testPage(test: string, trials: Trial[]): string {
  const player = readFileSync(join(__dirname, "page/player.js"), "utf8");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Listening test</title>
<style>
${pageColours}
body { margin: 24px auto; max-width: 980px; padding: 0 16px; font-family: ${fontFamily}; color: var(--ink); background: var(--paper); }
#pair { display: grid; grid-template-columns: 1fr 1fr; gap: 20px; }
fieldset { border: 1px solid var(--grid); border-radius: 6px; margin: 10px 0; display: flex; flex-wrap: wrap; gap: 10px; }
nav { display: flex; gap: 12px; align-items: center; margin: 16px 0; }
${playerStyle}
</style>
</head>
<body>
<h1>Listening test</h1>
<p>Each pair begins with the same few seconds of music (up to the dashed line); then it goes on in two ways. Listen to both, rate how good each
is as music that goes on, from 1 (bad) to 5 (excellent), and say which is better. Ratings stay in this browser until you save them as a file.</p>
<p><label>Your name or number: <input id="rater" autocomplete="off"></label></p>
<h2 id="place"></h2>
<div id="pair"></div>
<fieldset id="better-box"><legend>Which is better?</legend><span id="better"></span></fieldset>
<nav><button id="back" type="button">Back</button><button id="next" type="button">Next</button>
<span id="done"></span><button id="save" type="button">Save ratings</button></nav>
<script src="wavesurfer.min.js"></script>
<script>
${player}
</script>
<script type="application/json" id="trials">${scriptJson({ test, trials })}</script>
<script src="test.js"></script>
</body>
</html>
`;
}
