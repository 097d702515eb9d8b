import { InvalidArgumentError, Option } from "commander";
import { toNumber } from "../flags/flags";
import { bestHeads } from "../probes/defaults";
import type { Alpha } from "../steering/calibrated";
import { paper } from "../steering/defaults";
import { gateOf, gateWords } from "../steering/gates";
import { scheduleOf, scheduleWords } from "../steering/schedules";

/** What methods do without --top-k-heads, in words. */
export const defaultHeads = `(default: iti ${bestHeads}, smitin all)`;

/** An option that holds a strength: a number, or "calibrated". */
export function alphaOption(): Option {
  return new Option(
    "--alpha <a>",
    `how strongly, in standard deviations; calibrated: what smitin calibrate found (default: ${paper.alpha})`,
  ).argParser((text): Alpha => {
    if (text === "calibrated") return text;
    const value = toNumber(text);
    if (Number.isFinite(value)) return value;
    throw new InvalidArgumentError(`Expected a finite number, or calibrated, found ${text || "nothing"}.`);
  });
}

/** An option that holds SMITIN's gate in words. */
export function gateOption(): Option {
  const check = (text: string) => gateOf(text, { threshold: 0.5, until: "present" });
  return new Option(
    "--gate <words>",
    `how the monitor turns SMITIN down: ${gateWords()} (default: selfMonitor)`,
  ).argParser((text) => inWords(text, check));
}

/** An option that holds a schedule in words. */
export function scheduleOption(): Option {
  return new Option(
    "--schedule <words>",
    `when, one or several multiplied by *: ${scheduleWords()} (default: smitin every(${paper.every}), iti everyStep)`,
  ).argParser((text) => inWords(text, scheduleOf));
}

/** An option that holds schedules in words, with commas between; "own" is the method's own. */
export function schedulesOption(): Option {
  return new Option(
    "--schedules <list>",
    `when: own (the method's), or one or several multiplied by *: ${scheduleWords()} (default: own)`,
  ).argParser((text) => {
    const all = text.split(/,(?![^()]*\))/).map((one) => one.trim()); // not those within brackets
    for (const one of all) if (one !== "own") inWords(one, scheduleOf);
    return all;
  });
}

/** The words, if they can be read. */
function inWords(text: string, read: (text: string) => unknown): string {
  try {
    read(text);
    return text;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
