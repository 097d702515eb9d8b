import type { Command, Option } from "commander";
import { program } from "../../../lib/command/program";

const start = `# Command line

\`npx smitin --help\` lists the verbs, and each verb has its own \`--help\`. This page holds the same words: \`npm run docs\` writes it.

Without \`--model\` the bundled model is used. \`SMITIN_BACKEND=wasm|node|gpu\` chooses the [engine](engines.md). \`DEBUG=smitin\` shows where an error came from. A mistake
gives one line on stderr and exit code 1.
`;

/** The page of the command line: a section for every verb, from the same words as \`--help\`. */
export function commandLinePage(): string {
  const verbs = program().commands.flatMap((verb) => (verb.commands.length > 0 ? verb.commands : [verb]));
  const index = verbs.map(
    (verb) => `| [\`smitin ${nameOf(verb)}\`](#${nameOf(verb).replace(" ", "-")}) | ${brief(verb)} |`,
  );
  return [start, `| verb | does |\n| --- | --- |\n${index.join("\n")}\n`, ...verbs.map(section)].join("\n");
}

function section(verb: Command): string {
  const about = verb.description().replaceAll("\n", " ");
  const parts = [`## ${nameOf(verb)}`, `\`smitin ${nameOf(verb)} ${verb.usage()}\``, `${sentence(about)}.`];
  if (verb.options.length > 0)
    parts.push(`| option | does |\n| --- | --- |\n${verb.options.map(optionRow).join("\n")}`);
  return `${parts.join("\n\n")}\n`;
}

function optionRow(option: Option): string {
  const notes = [
    option.mandatory && "required",
    option.argChoices && `one of ${option.argChoices.join(", ")}`,
    option.defaultValue !== undefined && option.defaultValue !== true && `default ${asWords(option)}`,
  ].filter(Boolean);
  const note = notes.length > 0 ? ` (${notes.join("; ")})` : "";
  return `| \`${option.flags}\` | ${cellText(option.description)}${note} |`;
}

function asWords({ defaultValue, defaultValueDescription }: Option): string {
  return (
    defaultValueDescription ?? (Array.isArray(defaultValue) ? defaultValue.join(",") : String(defaultValue))
  );
}

function nameOf(verb: Command): string {
  const parent = verb.parent?.parent ? `${verb.parent.name()} ` : "";
  return `${parent}${verb.name()}`;
}

function brief(verb: Command): string {
  return cellText(verb.summary() || verb.description().split("\n")[0]);
}

function sentence(text: string): string {
  const escaped = cellText(text);
  return escaped[0].toUpperCase() + escaped.slice(1);
}

function cellText(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
