import { describeData, hasTrait } from "../../../lib/disk/openData";
import type { Lab } from "../shared/lab";
import { profiles } from "../shared/profile";
import { isRecorded } from "../shared/recorded";
import { isWord } from "../shared/songs";

/** What a reader must know of recorded music's results; nothing of the studio band's. */
export function dataNotes(lab: Lab): string[] {
  if (!isRecorded(lab)) return [];
  const { judge, data, profile } = lab;
  const name = describeData(data);
  const lacking = profiles[profile.name].traits.filter((trait) => !hasTrait(data, trait));
  const wordless = profile.traits.filter((trait) => !isWord(lab, trait));
  return [
    `Music: ${name}. Probes are trained on four of five training songs, Frechet distances taken to the others, prompts cut from test songs.`,
    ...(lacking.length > 0 ? [`${name} has no ${lacking.join(", ")}: left out.`] : []),
    ...(wordless.length > 0
      ? [`The model knows no word for ${wordless.join(", ")}: no text asks for it.`]
      : []),
    ...(judge.isBundled
      ? [
          "Success is judged by the bundled judge, which knows the studio band's sounds only; traits that it does not know are not judged.",
        ]
      : []),
  ];
}
