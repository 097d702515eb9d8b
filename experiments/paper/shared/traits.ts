import { describeData, hasTrait, openPairs } from "../../../lib/disk/openData";
import { tellsStems } from "../../../lib/music/dataSets";
import type { Lab } from "./lab";
import type { Profile } from "./profile";
import { isRecorded } from "./recorded";

/**
 * A profile whose traits the data have: those asked for, else the ones of its own that are there. What studies one trait takes
 * its own or the first; two at once, its own or the first two.
 * @param data as for `openPairs`
 * @throws Error as `openPairs` does, and when no trait is left, pairs are not told what they differ in, or there are too few songs
 */
export function profileOn(profile: Profile, data: string, asked?: string[]): Profile {
  if (!asked && !isRecorded({ data })) return profile;
  if (!asked && !tellsStems(data))
    throw new Error("--traits: expected a word for what the pairs differ in, such as drums, found none");
  const traits = asked ?? profile.traits.filter((trait) => hasTrait(data, trait));
  if (traits.length === 0)
    throw new Error(
      `--traits: expected stems of ${describeData(data)}, which has no ${profile.traits.join(", ")}, found none`,
    );
  for (const trait of traits) {
    openPairs(data, { trait, count: 1, split: "test" });
    const songs = openPairs(data, { trait, count: 1, split: "train" }).parts.length;
    if (songs < 3 && isRecorded({ data }))
      throw new Error(
        `${describeData(data)}: expected at least 3 training songs, two for probes and one for references, found ${songs}`,
      );
  }
  const { trait, textToMusic, severalTraits } = profile;
  const there = (one: string) => traits.includes(one);
  const written = textToMusic.traits.filter(there);
  const { add, remove } = severalTraits;
  const both = there(add) && there(remove) ? {} : { add: traits[0], remove: traits[1] ?? traits[0] };
  return {
    ...profile,
    traits,
    trait: there(trait) ? trait : traits[0],
    textToMusic: { ...textToMusic, traits: written.length > 0 ? written : [traits[0]] },
    severalTraits: { ...severalTraits, ...both },
  };
}

/** Those of some traits that the lab's judge can decide about. */
export function judgedOf(lab: Lab, traits: string[]): string[] {
  return traits.filter((trait) => isJudged(lab, trait));
}

/** Can the lab's judge decide about a trait? */
export function isJudged({ judge }: Lab, trait: string): boolean {
  return judge.traits.includes(trait);
}
