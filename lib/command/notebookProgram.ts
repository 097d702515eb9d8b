import type { Command } from "commander";
import { integerOption } from "../flags/flags";

/** `smitin run` */
export function addRun(smitin: Command): void {
  smitin
    .command("run")
    .summary("execute a notebook without Jupyter; leave it as a page for any browser too")
    .description(
      "execute a notebook from its first cell to its last, without Jupyter, and write it with its outputs: as a notebook\n" +
        "and as one web page with its figures and players, which opens in any browser and needs no network. The first\n" +
        "cell that fails ends the run; what there was until then is written all the same.",
    )
    .argument("<notebook>", "a file .ipynb, which stays as it is")
    .option("--out <folder>", "where both go", ".")
    .option("--allow-errors", "go on after a cell that fails")
    .addOption(integerOption("--timeout <s>", "end after so many seconds (default: never)", 1))
    .action((path, options) => (require("./run") as typeof import("./run")).run(path, options));
}

/** `smitin render` */
export function addRender(smitin: Command): void {
  smitin
    .command("render")
    .summary("an executed notebook as a page for any browser")
    .description(
      "make one web page of a notebook and the outputs that are in it, running nothing. The page has its figures and\n" +
        "players, opens in any browser and needs no network. HTML in outputs goes in as it is, scripts too: make pages\n" +
        "of notebooks that you trust.",
    )
    .argument("<notebook>", "a file .ipynb")
    .option("--out <html>", "where the page goes (default: beside the notebook)")
    .action((path, options) => (require("./run") as typeof import("./run")).render(path, options));
}
