import type { Inspection } from "./compiler/inspection";

/** What is known of a name, written down: its type, its documentation, and that of its parts, each with its label. */
export function inspectionText({ displayParts, documentation, tags = [] }: Inspection): string {
  const type = joined(displayParts)
    .replace(/^\(alias\) /, "")
    .replace(/\nimport [^\n]*$/, "");
  const labelled = tags.map(({ name, text }) => `@${name} ${joined(text)}`.trim());
  return [type, joined(documentation), labelled.join("\n")].filter((part) => part).join("\n\n");
}

function joined(parts: { text: string }[] | undefined): string {
  return (parts ?? []).map(({ text }) => text).join("");
}
