import type { HeadScore } from "../../../lib/figures/headGrid";
import type { EmbeddedClips } from "../../../lib/judges/embedding";
import { frechetOf } from "../../../lib/judges/frechet";
import { mean, pairedDifference, type Resampling } from "../../../lib/math/statistics";
import { type Matched, type SweepTakes, takeMatcher } from "../../../lib/sweep/matchedSuccess";
import { embedded, shrinkage } from "../shared/distance";
import type { Lab } from "../shared/lab";
import type { Finding } from "../shared/outcome";
import { pooled, type SettingResult } from "../shared/settings";
import { songOf } from "../shared/songs";

/** Success of `more` minus that of `less`, take by take on the same prompts (of all traits that both have and the judge knows). */
export function successDifference(claim: string, more: SettingResult[], less: SettingResult[]): Finding {
  const shared = (settings: SettingResult[], others: SettingResult[]) =>
    judgedOf(settings).filter(({ trait }) => others.some((other) => other.trait === trait));
  const [these, those] = [shared(more, less), shared(less, more)];
  if (these.length === 0) return unmeasured(claim, "there are no takes whose success the judge knows");
  const hits = (settings: SettingResult[]) =>
    settings.flatMap(({ cells }) => cells.map(({ success }) => Number(success)));
  return difference(claim, hits(these), hits(those), songsOf(these));
}

/** The settings of traits that the judge knows. */
function judgedOf(settings: SettingResult[]): SettingResult[] {
  return settings.filter(({ summary }) => summary.success !== null);
}

/** The paper's order at one strength: none < SMITIN < ITI. @param along what else the claims say of the settings */
export function orderFindings(
  settings: SettingResult[],
  none: SettingResult[],
  alpha: number,
  along = "",
): Finding[] {
  const [smitin, iti] = ["SMITIN", "ITI"].map((method) => pooled(settings, method, alpha));
  const at = `(${along}alpha ${alpha})`;
  return [
    successDifference(`SMITIN succeeds more often than none ${at}`, smitin, none),
    successDifference(`ITI succeeds more often than SMITIN ${at}`, iti, smitin),
  ];
}

/** Mean of a - b with its bootstrap interval, over cases or their clusters. */
export function difference(
  claim: string,
  a: number[],
  b: number[],
  clusters?: Resampling["clusters"],
): Finding {
  if (a.length === 0 || a.length !== b.length)
    return unmeasured(claim, `expected the same cases twice, found ${a.length} and ${b.length}`);
  const isShare = [...a, ...b].every((value) => value === 0 || value === 1);
  return { claim, ...pairedDifference(a, b, { clusters }), n: a.length, ...(isShare && { isShare }) };
}

/** The song that each take of some settings goes on with: what their statistics draw. */
export function songsOf(settings: SettingResult[]): string[] {
  return settings.flatMap(({ cells }) => cells.map(({ cell }) => songOf(cell.prompt)));
}

/** A head tells more than half of n clips right. */
export function betterThanChance(
  claim: string,
  n: number,
  { accuracy, interval: [low, high] }: HeadScore,
): Finding {
  return { claim, value: accuracy - 0.5, low: low - 0.5, high: high - 0.5, n, isShare: true };
}

/** Shares of success at which methods are compared. */
const levels = [0.25, 0.5, 0.75];

/** In more of the draws than this a method falls short of a level: then the nearest cell would stand in too often for an interval. */
const outsideAtMost = 0.05;

/**
 * SMITIN against ITI where both succeed equally often, over all strengths: similarity to the prompt, the share of the
 * prompt's instruments that are still heard, Frechet distance to the reference of each trait (the mean over traits), and
 * agreement with the prompt's harmony where that was measured.
 */
export function coherenceFindings(
  lab: Lab,
  all: SettingResult[],
  references: Map<string, EmbeddedClips>,
): Finding[] {
  const settings = judgedOf(all);
  if (settings.length === 0)
    return [
      unmeasured(
        "at equal success SMITIN's takes are more coherent than ITI's",
        "the judge knows none of the traits",
      ),
    ];
  const similar = atEqualSuccess(settings, (group) =>
    meanOf(group.flatMap(({ cells }) => cells.map(({ similarity }) => similarity ?? 0))),
  );
  const harmonious =
    settings.every(({ heard }) => heard.every(({ keeping }) => keeping)) &&
    atEqualSuccess(settings, (group) =>
      meanOf(group.flatMap(({ heard }) => heard.map(({ keeping }) => keeping!.harmony ?? 0))),
    );
  const still = atEqualSuccess(settings, (group) => {
    const all = group.flatMap(({ cells }) => cells);
    const sum = (takes: ArrayLike<number>, of: "kept" | "own") =>
      Array.from(takes).reduce((total, take) => total + (all[take][of] ?? 0), 0);
    return (takes) => sum(takes, "kept") / sum(takes, "own");
  });
  const near = atEqualSuccess(settings, (group) => {
    const sets = group.map(({ trait, heard }) => {
      const distance = frechetOf(embedded(lab, trait, heard), references.get(trait)!, { shrinkage });
      return { size: heard.length, distance };
    });
    return (takes) => {
      let first = 0;
      const found: number[] = [];
      for (const { size, distance } of sets) {
        const own = Array.from(takes)
          .filter((take) => take >= first && take < first + size)
          .map((take) => take - first);
        first += size;
        if (new Set(own).size > 1) found.push(distance(own));
      }
      return mean(found);
    };
  });
  return levels.flatMap((level) => {
    const at = `at ${100 * level} % success SMITIN's`;
    return [
      similar(`${at} takes are more similar to their prompts than ITI's`, level, 1),
      { ...still(`${at} takes keep more of their prompts' instruments than ITI's`, level, 1), isShare: true },
      near(`${at} Frechet distance is smaller than ITI's`, level, -1),
      ...(harmonious
        ? [harmonious(`${at} takes keep to their prompts' harmony more than ITI's`, level, 1)]
        : []),
    ];
  });
}

/** A claim that could not be looked at. */
export function unmeasured(claim: string, note: string): Finding {
  return { claim, value: null, low: null, high: null, n: 0, note };
}

/** Does the claim hold, with its whole interval? Null without one. */
export function holds({ low }: Finding): boolean | null {
  return low === null ? null : low > 0;
}

function meanOf(values: number[]): SweepTakes["quality"] {
  return (takes) => mean(Array.from(takes, (take) => values[take]));
}

/** Makes findings about a quality of takes at equal success; drawn and measured once for all of them. */
function atEqualSuccess(
  settings: SettingResult[],
  qualityOf: (group: SettingResult[]) => SweepTakes["quality"],
): (claim: string, success: number, sign: 1 | -1) => Finding {
  const groups = new Map<string, SettingResult[]>();
  for (const setting of settings) {
    const { method, alpha } = setting.summary;
    if (!["none", "ITI", "SMITIN"].includes(method)) continue;
    const name = `${method} ${alpha}`;
    groups.set(name, [...(groups.get(name) ?? []), setting]);
  }
  const cells = [...groups.values()].map((group): SweepTakes => {
    const hits = group.flatMap((setting) => setting.cells.map(({ success }) => Number(success)));
    return { method: group[0].summary.method, hits, quality: qualityOf(group) };
  });
  const clusters = songsOf([...groups.values()][0] ?? []);
  const compare = takeMatcher(cells, { clusters });
  return (claim, success, sign) => {
    try {
      return matchedFinding(claim, compare(success), cells[0].hits.length, sign);
    } catch (error) {
      return unmeasured(claim, (error as Error).message);
    }
  };
}

function matchedFinding(claim: string, found: Matched, n: number, sign: 1 | -1): Finding {
  const pair = found.differences.find(({ a, b }) => [a, b].sort().join() === "ITI,SMITIN");
  if (!pair) return unmeasured(claim, "expected ITI and SMITIN, found another pair");
  if (![pair.value, pair.low, pair.high].every(Number.isFinite))
    return unmeasured(claim, "too few takes to draw from");
  const turn = (pair.a === "SMITIN" ? 1 : -1) * sign;
  const [low, high] = [turn * pair.low, turn * pair.high].sort((a, b) => a - b);
  const value = turn * pair.value;
  if (found.outside === 0) return { claim, value, low, high, n };
  const note = `in ${(100 * found.outside).toFixed(1)} % of the draws a method did not reach it`;
  if (found.outside <= outsideAtMost) return { claim, value, low, high, n, note };
  return { claim, value, low: null, high: null, n, note: `${note}: no interval` };
}
