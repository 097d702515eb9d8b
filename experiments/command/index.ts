import { Command, CommanderError } from "commander";
import { version } from "../../package.json";
import { addCapture } from "./capture";
import { addDecode } from "./decode";
import { addDoctor } from "./doctor";
import { addEncode } from "./encode";
import { addGenerate } from "./generate";
import { addKernel } from "./kernel";
import { addProbe } from "./probe";
import { report } from "./report";

/*
 * One file a verb. A verb reads and checks its files first and writes last, each file whole or not at all; TensorFlow.js
 * is imported by the verbs that need it, when they run.
 */

/** Run the command `smitin` with these arguments. Sets the process's exit code: 0, or 1 after one line on stderr. */
export async function main(args: string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError)
      process.exitCode = error.exitCode; // commander has said it already
    else {
      report(error);
      process.exitCode = 1;
    }
  }
}

function program(): Command {
  const smitin = new Command("smitin")
    .description("Look inside MusicGen and steer it while it plays (SMITIN, arXiv 2404.02252).")
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text) => report(text.replace(/^error: /, "")) })
    .addHelpText(
      "after",
      "\nSMITIN_BACKEND=wasm|node|gpu chooses the engine (default wasm). DEBUG=smitin shows where an error came from.",
    );
  for (const add of [addDoctor, addEncode, addDecode, addCapture, addProbe, addGenerate, addKernel])
    add(smitin);
  return smitin;
}
