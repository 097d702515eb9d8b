import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Audio } from "../../../lib/audio/audio";
import { encodeWav } from "../../../lib/audio/wav";
import { hashOf } from "../../../lib/math/hash";
import { permutation, random } from "../../../lib/math/random";
import { cellAudio } from "../../../lib/sweep/sweep";
import { paper } from "../report/paper";
import { peaksOf, wavesurferScript } from "../report/players";
import type { Key } from "../report/ratings";
import { type Trial, testPage } from "../report/testPage";
import type { Lab } from "../shared/lab";
import type { Outcome } from "../shared/outcome";
import { continued, nearest } from "./continuation";

/**
 * A page to rate takes of the continuation experiment by ear, without knowing how they were made: pairs of one prompt's takes,
 * in random order. Its key, which the page does not hold, stands beside it; `npm run reproduce -- ratings` reads both.
 */
export async function listeningTest(lab: Lab): Promise<Outcome> {
  const { model, profile, seed } = lab;
  const uniform = random(seed + 77);
  const files: Record<string, string | Uint8Array> = {};
  const clips: Key["clips"] = {};
  const trials: Trial[] = [];
  for (const trait of profile.traits) {
    const settings = await continued(lab, trait);
    const chosen = settings.filter(({ summary: { method, alpha } }) => {
      if (method === "none") return true;
      if (method !== "ITI" && method !== "SMITIN") return false;
      return alpha === nearest(settings, method, profile.alpha[method]);
    });
    for (let prompt = 0; prompt < profile.listeningTest.prompts; prompt++) {
      const takes = chosen.flatMap(({ summary, cells }) => {
        const cell = cells[prompt];
        if (!cell) return [];
        const audio = cellAudio(model, cell);
        const id = hashOf(`${seed}`, cell.key); // says nothing about the method
        const bytes = encodeWav(audio);
        files[`test/clips/${id}.wav`] = bytes;
        clips[id] = { trait, method: summary.method, alpha: summary.alpha, prompt: cell.cell.prompt };
        return [clipOf(id, audio, cell.promptFrames / model.frameRate)];
      });
      for (let a = 0; a < takes.length; a++) {
        for (let b = a + 1; b < takes.length; b++) {
          const pair = uniform() < 0.5 ? [takes[a], takes[b]] : [takes[b], takes[a]];
          trials.push({ trial: "", clips: [pair[0], pair[1]] });
        }
      }
    }
  }
  const order = permutation(trials.length, uniform);
  const shuffled = Array.from(order, (at, i): Trial => ({ ...trials[at], trial: String(i + 1) }));
  const test = hashOf(model.fingerprint, ...Object.keys(clips)).slice(0, 8);
  const key: Key = {
    kind: "smitin-listening-key",
    test,
    trials: Object.fromEntries(shuffled.map((one) => [one.trial, one.clips.map(({ id }) => id)])),
    clips,
  };
  files["key.json"] = `${JSON.stringify(key, null, 1)}\n`;
  files["test/wavesurfer.min.js"] = wavesurferScript();
  files["test/test.js"] = readFileSync(join(__dirname, "../report/page/test.js"));
  files["test/index.html"] = testPage(test, shuffled);
  const methods = [...new Set(Object.values(clips).map(({ method }) => method))];
  return {
    title: "Listening test",
    about:
      `${shuffled.length} pairs of takes to rate blind, ${Object.keys(clips).length} takes of ${methods.join(", ")}. Open test/index.html (also from the file system), rate, ` +
      "save the ratings, and read them with: npm run reproduce -- ratings file.json...",
    rows: [],
    table: {
      columns: ["method", "takes in the test", "paper's MOS"],
      rows: methods.map((method) => [
        method,
        Object.values(clips).filter((clip) => clip.method === method).length,
        paper.opinionScore[method] ?? null,
      ]),
    },
    findings: [],
    figures: [],
    sounds: [],
    notes: ["There are no ratings until people have listened: the table says what the test holds."],
    files,
  };
}

function clipOf(id: string, audio: Audio, prompt: number) {
  return { id, prompt, ...peaksOf(audio) };
}
