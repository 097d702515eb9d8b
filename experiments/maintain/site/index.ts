import { packagePath } from "../../../lib/disk/packageRoot";
import { buildSite } from "./build";
import { makeExamples } from "./examples";
import { serveSite } from "./serve";

/*
 * `npm run site`: the page as one folder of files, site/, for any static server. `-- --serve [port]` also serves it here,
 * `-- --examples` makes anew what the page has before its model has loaded.
 */
async function main(): Promise<void> {
  const wishes = process.argv.slice(2);
  if (wishes.includes("--examples")) await makeExamples();
  const folder = packagePath("site");
  await buildSite(folder);
  console.log(`built ${folder}`);
  if (!wishes.includes("--serve")) return;
  const port = Number(wishes[wishes.indexOf("--serve") + 1]) || 8790;
  const { address } = await serveSite(folder, port);
  console.log(`open ${address} (Ctrl-C ends it)`);
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
