import { describeData } from "../../../lib/disk/openData";
import { sweepLines } from "../../../lib/figures/sweepLines";
import type { EmbeddedClips } from "../../../lib/judges/embedding";
import type { Instrument } from "../../../lib/music/song";
import { cellAudio } from "../../../lib/sweep/sweep";
import { coherenceFindings, orderFindings, successDifference } from "../report/findings";
import { paper } from "../report/paper";
import { linePoints } from "../report/points";
import { distanceNotes, resultOf, settingsTable, takesOf, withKeeping } from "../report/settingsTable";
import { steeredAndAsked } from "../shared/asked";
import { bandPlays } from "../shared/bandPlays";
import { referenceFor } from "../shared/distance";
import type { Lab } from "../shared/lab";
import { listenedSweep } from "../shared/listenedSweep";
import type { Finding, Outcome, Sound } from "../shared/outcome";
import { trainedFor } from "../shared/probes";
import { isRecorded } from "../shared/recorded";
import { methods, pooled, type SettingResult, settingsOf } from "../shared/settings";
import { addedLater, bandPromptsFor, knowsCaptionsOnly, promptsFor } from "../shared/songs";
import { judgedOf } from "../shared/traits";

export const name = "continuation";

/**
 * Music without an instrument goes on: by itself, after a text that asks for it, with ITI, with SMITIN (the paper's audio
 * continuation), and as the band would play it. Success is that a judge which never saw the probes hears it.
 */
export async function continuation(lab: Lab): Promise<Outcome> {
  const { traits, continuation: sizes, promptSeconds, seconds, sounds: kept } = lab.profile;
  const settings: SettingResult[] = [];
  const shifted: SettingResult[] = [];
  const references = new Map<string, EmbeddedClips>();
  const sounds: Sound[] = [];
  for (const trait of traits) {
    const reference = await referenceFor(lab, trait);
    references.set(trait, reference);
    const own = [...(await played(lab, trait, reference)), ...(await continued(lab, trait, reference))];
    settings.push(...own);
    shifted.push(...(await alongMassMean(lab, trait, reference)));
    sounds.push(...soundsOf(lab, own, kept));
  }
  const none = pooled(settings, "none", null);
  const findings: Finding[] = [
    ...sizes.alpha.flatMap((alpha) => orderFindings(settings, none, alpha)),
    ...sizes.massMean.flatMap((alpha) => orderFindings(shifted, none, alpha, "along the mass-mean shift, ")),
    successDifference("a text that asks for it helps", pooled(settings, "text", null), none),
  ];
  findings.push(...coherenceFindings(lab, settings, references));
  const all = [...settings, ...shifted];
  const table = settingsTable(all, ({ summary }) => {
    if (summary.direction === "massMean") return null;
    const isPapers = summary.alpha === null || summary.alpha === 5;
    return (isPapers && paper.continuation[summary.method]) || null;
  });
  return {
    title: "Audio continuation",
    about:
      `${takesOf(settings)} prompts an instrument, ${promptSeconds} s of ${describeData(lab.data)} without it, continued for ${seconds} s. Success: ` +
      `${lab.judge.name} hears the instrument in the new music. FAD is to clips with the instrument, similarity to the prompt` +
      (isRecorded(lab) ? "." : '; "band": the song itself goes on and the instrument joins.'),
    rows: all.map((setting) => resultOf(lab, name, setting)),
    table: withKeeping(table, all),
    findings,
    figures: judgedOf(lab, traits).map((trait) => ({
      name: `success-${trait}`,
      figure: sweepLines(linePoints(settings.filter((setting) => setting.trait === trait)), {
        title: `Adding ${trait}: success and similarity to the prompt`,
      }),
    })),
    sounds,
    notes: [
      "The FAD's reference has the instrument, so that success alone brings takes nearer to it; compare at equal success (the findings).",
      "The paper's numbers are means over instruments at its alpha of 5, on musicgen-large.",
      "Harmony is the correlation of a take's mean chroma vector with its prompt's; tempo the share that keeps the prompt's, up to a factor of two or " +
        "three; sound the share without clipping, long silence or a leap in loudness.",
      ...(isRecorded(lab)
        ? [
            "How the recorded songs themselves go on is not shown: only the studio band can play a prompt on with the instrument.",
          ]
        : []),
      ...distanceNotes(lab, settings),
    ],
  };
}

/** The band itself, where the prompts are its own. */
async function played(lab: Lab, trait: string, reference: EmbeddedClips): Promise<SettingResult[]> {
  if (isRecorded(lab)) return [];
  const who = trait as Instrument;
  return bandPlays(lab, who, await bandPromptsFor(lab, who, lab.profile.continuation.prompts), reference);
}

/**
 * Every setting of one instrument; kept in the experiment's folder, so that others can use the same takes.
 * @param reference as of `settingsOf`
 */
export async function continued(
  lab: Lab,
  trait: string,
  reference?: EmbeddedClips,
): Promise<SettingResult[]> {
  const { prompts: count, alpha } = lab.profile.continuation;
  const prompts = await promptsFor(lab, trait, count);
  const isBundled = knowsCaptionsOnly(lab);
  const asking = prompts.map((prompt) => ({
    ...prompt,
    text: addedLater(prompt.caption, trait, isBundled),
  }));
  const options = { experiment: name, prompts, asking, alpha, reference, keeps: true };
  const { steered, asked } = await steeredAndAsked(lab, trait, options);
  return [...steered, ...asked].sort((a, b) => order(a) - order(b));
}

/** The same prompts steered along the mass-mean shift, which is longer than the probe's direction at the same alpha. */
async function alongMassMean(lab: Lab, trait: string, reference: EmbeddedClips): Promise<SettingResult[]> {
  const { continuation: sizes, seconds } = lab.profile;
  if (sizes.massMean.length === 0) return [];
  const { activations, probes } = await trainedFor(lab, trait);
  const sweep = await listenedSweep(lab, {
    experiment: name,
    name: `${trait}-massMean`,
    probes,
    activations,
    prompts: await promptsFor(lab, trait, sizes.prompts),
    methods,
    keeps: true,
    directions: ["massMean"],
    alpha: sizes.massMean,
    seconds,
    seeds: [lab.seed],
  });
  return settingsOf(lab, sweep, reference).filter(({ summary }) => summary.method !== "none");
}

/** Takes of the first prompts: none, the text, and each method at its alpha. */
function soundsOf(lab: Lab, settings: SettingResult[], count: number): Sound[] {
  const { alpha } = lab.profile;
  const chosen = settings.filter(({ summary: { method, alpha: used } }) => {
    if (method !== "ITI" && method !== "SMITIN") return true;
    return used === nearest(settings, method, alpha[method]);
  });
  return Array.from({ length: count }, (_, i) => i).flatMap((prompt) =>
    chosen.flatMap(({ trait, summary, cells }) => {
      const cell = cells[prompt];
      if (!cell) return [];
      const strength = summary.alpha === null ? "" : `, alpha ${summary.alpha}`;
      const heard = cell.success === null ? "" : cell.success ? ` (${trait} heard)` : ` (no ${trait} heard)`;
      return {
        name: `${trait}-${prompt + 1}-${summary.method}`,
        label: `${trait}, prompt ${prompt + 1}: ${summary.method}${strength}${heard}`,
        audio: cellAudio(lab.model, cell),
        prompt: cell.promptFrames / lab.model.frameRate,
      };
    }),
  );
}

/** The alpha that was tried and is nearest to the one wanted. */
export function nearest(settings: SettingResult[], method: string, wanted: number): number {
  const tried = settings.flatMap(({ summary }) => (summary.method === method ? (summary.alpha ?? []) : []));
  return tried.reduce((best, alpha) => (Math.abs(alpha - wanted) < Math.abs(best - wanted) ? alpha : best));
}

function order({ summary }: SettingResult): number {
  return ["none", "text", "ITI", "SMITIN"].indexOf(summary.method);
}
