import { sweepLines } from "../../../lib/figures/sweepLines";
import { cellAudio } from "../../../lib/sweep/sweep";
import { orderFindings, successDifference } from "../report/findings";
import { paper } from "../report/paper";
import { linePoints } from "../report/points";
import { distanceNotes, resultOf, settingsTable } from "../report/settingsTable";
import { steeredAndAsked } from "../shared/asked";
import { referenceFor } from "../shared/distance";
import type { Lab } from "../shared/lab";
import type { Outcome, Sound } from "../shared/outcome";
import { pooled, type SettingResult } from "../shared/settings";
import { addedWord, captionsFor, knowsCaptionsOnly } from "../shared/songs";
import { judgedOf } from "../shared/traits";

const name = "text-to-music";

/** Music from a caption that does not name the instrument: as it is, with the instrument's word, with ITI, with SMITIN. */
export async function textToMusic(lab: Lab): Promise<Outcome> {
  const { textToMusic: sizes, seconds, sounds: kept } = lab.profile;
  const settings: SettingResult[] = [];
  const sounds: Sound[] = [];
  const isBundled = knowsCaptionsOnly(lab);
  for (const trait of sizes.traits) {
    const reference = await referenceFor(lab, trait);
    const captions = captionsFor(trait, sizes.captions, lab.seed);
    const named = captions.map(({ id, text }) => ({ id, text: addedWord(text, trait, isBundled) }));
    const { alpha } = sizes;
    const options = { experiment: name, prompts: captions, asking: named, alpha, reference };
    const { steered, asked } = await steeredAndAsked(lab, trait, options);
    const own = [...asked, ...steered];
    settings.push(...own);
    for (const { summary, cells } of own) {
      for (const [i, cell] of cells.slice(0, kept).entries()) {
        const strength = summary.alpha === null ? "" : `, alpha ${summary.alpha}`;
        const text = summary.method === "text" ? named[i].text : captions[i].text;
        sounds.push({
          name: `${trait}-${i + 1}-${summary.method}${summary.alpha ?? ""}`,
          label: `"${text}": ${summary.method}${strength}`,
          audio: cellAudio(lab.model, cell),
        });
      }
    }
  }
  const none = pooled(settings, "none", null);
  const text = pooled(settings, "text", null);
  return {
    title: "Text to music",
    about:
      `${sizes.captions} captions an instrument that do not name it, ${seconds} s each, guidance 3. "text" is the caption with the ` +
      `instrument's word added. Success: ${lab.judge.name} hears the instrument.`,
    rows: settings.map((setting) => resultOf(lab, name, setting)),
    table: settingsTable(settings, ({ summary: { method, alpha } }) => {
      if (method === "ITI") return alpha === 5 ? paper.textToMusic.ITI : null;
      return paper.textToMusic[alpha === null ? method : `${method} ${alpha}`] ?? null;
    }),
    findings: [
      successDifference("naming the instrument in the text helps", text, none),
      ...sizes.alpha.flatMap((alpha) => orderFindings(settings, none, alpha)),
    ],
    figures: judgedOf(lab, sizes.traits).map((trait) => ({
      name: `success-${trait}`,
      figure: sweepLines(linePoints(settings.filter((setting) => setting.trait === trait)), {
        title: `Music from captions without ${trait}: success`,
      }),
    })),
    sounds,
    notes: [
      "There is no prompt in sound, and so no similarity to it.",
      "A take with a text and one with another text differ in their random choices too; steered and unsteered takes of one caption share them.",
      ...distanceNotes(lab, settings),
    ],
  };
}
