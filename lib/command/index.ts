import { CommanderError } from "commander";
import { program } from "./program";
import { report } from "./report";

/** Run the command `smitin` with these arguments. Sets the process's exit code: 0, or 1 after one line on stderr. */
export async function main(args: string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) report(error);
    process.exitCode = error instanceof CommanderError ? error.exitCode : 1; // Commander has said its errors already
  }
}
