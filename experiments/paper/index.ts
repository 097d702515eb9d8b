import { join, relative } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { describeData } from "../../lib/disk/openData";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { startBackend } from "../../lib/engine";
import { integerOption, listOption } from "../../lib/flags/flags";
import "../../lib/native/engine";
import { judges } from "../../lib/hub/judges";
import { describeDataSets } from "../../lib/music/dataSets";
import { experiments, named } from "./experiments";
import { dataNotes } from "./report/dataNotes";
import { preferenceTable, readRatings, scoreTable } from "./report/ratings";
import { toMarkdown } from "./report/table";
import { reproduce } from "./reproduce";
import { folderOf, openLab } from "./shared/openLab";
import type { Profile } from "./shared/profile";

/*
 * `npm run reproduce`: the paper's experiments, into figures/reproduce (smaller profiles into a folder of their own there). What a
 * run has finished is not computed again, so that one that was stopped goes on where it was.
 */
interface Options {
  full?: boolean;
  smoke?: boolean;
  out?: string;
  model?: string;
  data: string;
  traits?: string[];
  judge: string;
  seed: number;
}

const program = new Command("reproduce")
  .description(
    "The experiments of SMITIN (arXiv 2404.02252), each with table, figures and sound; then one page of all.",
  )
  .argument("[experiments...]", "some only (default: all; `list` names them)")
  .option("--full", "the full profile, a night's work (default: the quick one, under 30 minutes on 2 cores)")
  .option("--smoke", "the smallest sizes, to see that everything runs")
  .option(
    "--out <folder>",
    "where everything goes (default: figures/reproduce, or in it quick, smoke, and other data's name)",
  )
  .option("--model <name>", "a folder, or a model of the Hugging Face hub (default: the bundled model)")
  .addOption(
    new Option("--data <name>", `studio (the studio band), or recorded songs: ${describeDataSets()}`).default(
      "studio",
    ),
  )
  .addOption(
    listOption(
      "--traits <list>",
      "stems to steer for (default: the profile's instruments that the data have)",
      trait,
    ),
  )
  .addOption(
    new Option("--judge <name>", "who decides about success; clap needs its weights on this machine")
      .choices(Object.keys(judges))
      .default("bundled"),
  )
  .addOption(integerOption("--seed <n>", "which songs, and every random choice").default(1))
  .action(run);

program
  .command("list")
  .description("the experiments by name")
  .action(() => {
    for (const { name, title } of experiments) console.log(`${name.padEnd(18)} ${title}`);
  });

program
  .command("ratings")
  .description("mean opinion scores from the files that raters of the listening test saved")
  .argument("<files...>", "what the test's page saved")
  .option("--key <json>", "the test's key (default: that of --out)")
  .action(ratings);

async function run(names: string[], options: Options): Promise<void> {
  const { seed, model: name, data, traits, judge } = options;
  const chosen = named(names);
  const { profile, folder } = chosenBy(options);
  const engine = await startBackend();
  const lab = await openLab({
    ...{ model: name, data, traits, judge, profile, folder, seed },
    signal: interrupted(),
  });
  const { model } = lab;
  console.log(
    `${chosen.length} experiments, music of ${describeData(data)}, profile ${profile}, model ${model.name}, seed ${seed}, on ${engine}`,
  );
  for (const note of dataNotes(lab)) console.log(note);
  const endings = await reproduce(
    lab,
    chosen.map((experiment) => experiment.name),
    ({ experiment, seconds, error, leftOut }) => {
      lab.endBar();
      const end = leftOut
        ? `left out: ${leftOut}`
        : `${error ? "failed" : "done"} after ${seconds.toFixed(0)} s`;
      console.log(`${experiment.padEnd(18)} ${end}`);
    },
  );
  console.log(`Open ${join(relative(process.cwd(), lab.folder), "index.html")} in a browser.`);
  for (const { experiment, error } of endings)
    if (error) report(new Error(`${experiment} failed: ${error.message}`, { cause: error }));
}

function ratings(files: string[], { key }: { key?: string }): void {
  const folder = join(chosenBy(program.opts<Options>()).folder, "listening-test");
  const scores = readRatings(files, key ?? join(folder, "key.json"));
  const text = [scoreTable(scores), preferenceTable(scores)].map(toMarkdown).join("\n");
  console.log(`${scores.raters} raters\n\n${text}`);
  writeAtomically(join(folder, "ratings.json"), `${JSON.stringify(scores, null, 1)}\n`);
  writeAtomically(join(folder, "ratings.md"), text);
}

/** A stem's name. */
function trait(text: string): string {
  if (/^[\p{L}\p{N}]+([ _][\p{L}\p{N}]+)*$/u.test(text)) return text;
  throw new InvalidArgumentError(`Expected words with commas between, found ${text || "nothing"}.`);
}

/** @throws RangeError for two profiles at once; Error for data of no known kind */
function chosenBy({ full, smoke, out, data }: Options): { profile: Profile["name"]; folder: string } {
  if (full && smoke) throw new RangeError("expected --full or --smoke, found both");
  const profile = full ? "full" : smoke ? "smoke" : "quick";
  return { profile, folder: out ?? folderOf(profile, data) };
}

/** Aborted by Ctrl-C; a second one ends at once. */
function interrupted(): AbortSignal {
  const stop = new AbortController();
  process.once("SIGINT", () => {
    process.exitCode = 130;
    stop.abort(new Error("stopped; run the same command again to go on"));
  });
  return stop.signal;
}

function report(error: Error): void {
  console.error(`reproduce: ${error.message}`);
  if (/\bsmitin\b/.test(process.env.DEBUG ?? "")) console.error(error.stack, error.cause);
  process.exitCode ||= 1;
}

program.parseAsync().catch(report);
