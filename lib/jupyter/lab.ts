import { relative } from "node:path";
import { parseArgs } from "node:util";
import { packagePath } from "../disk/packageRoot";
import { checkLab } from "./check";
import { labEnvironment, ownPython } from "./environment";
import { lightInGit } from "./lightInGit";
import { startServer } from "./server";

/*
 * `npm run lab`: JupyterLab with the lab's kernel and widgets, in a Python environment of its own (lab in the folder of caches), which
 * is made at the first run. `--check` starts it, asks the kernel for a sum, and stops it.
 */
const root = packagePath();
const help = `npm run lab [-- options]
  --check          start, verify, stop
  --no-browser     do not open a browser, only print the address
  --port <n>       default: a free one
  --python <path>  a Python that has jupyterlab, anywidget and ipywidgets, instead of the lab's own
                   (also SMITIN_PYTHON)`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      "no-browser": { type: "boolean", default: false },
      port: { type: "string" },
      python: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const given = values.python ?? process.env.SMITIN_PYTHON;
  const environment = given ? ownPython(given) : await labEnvironment((text) => console.log(text));
  if (!values.check && lightInGit(root))
    console.log(
      "git sees the notebooks here with light outputs from now on, also after you have run them (CONTRIBUTING.md).",
    );
  const server = await startServer(environment, {
    root,
    port: portOf(values.port),
    browser: !values.check && !values["no-browser"],
    quiet: values.check,
  });
  try {
    if (values.check) {
      for (const line of await checkLab(environment, server)) console.log(`  ${line}`);
      console.log("The lab works.");
      return;
    }
    console.log(
      `\nThe lab is open: ${server.url}\nNotebooks: ${relative(process.cwd(), root) || "."}/notebooks`,
    );
    console.log("Ctrl-C ends it.");
    const end = () => void server.stop();
    process.on("SIGINT", end).on("SIGTERM", end);
    await server.ended;
  } finally {
    await server.stop();
  }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Error(`--port: expected a number from 1 to 65535, found "${text}"`);
}

main().catch((error: Error) => {
  console.error(`npm run lab: ${error.message}`);
  process.exitCode = 1;
});
