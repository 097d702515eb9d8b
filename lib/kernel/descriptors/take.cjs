// Puts pipes in the places of the process's descriptors 1 and 2, so that all that is printed there comes by: by children that
// inherit them, by native code, by fs.writeSync. To be called before any thread runs: a file that is opened gets the lowest
// free number, which has to be the one that was just closed.
const { execFileSync } = require("node:child_process");
const { closeSync, constants, fstatSync, mkdtempSync, openSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/** The pipes' other ends, to be read all the time; absent where there are no named pipes. */
exports.readers = undefined;
/** Where descriptor 2 led before; absent if that can't be opened again. */
exports.terminal = undefined;

exports.take = () => {
  if (process.platform === "win32") return;
  fstatSync(0); // taken, so that 1 is the lowest
  // Node makes these when they are first asked for, and would make the new descriptors its own
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const folder = mkdtempSync(join(tmpdir(), "smitin-kernel-"));
  const pipes = ["stdout", "stderr"].map((name) => join(folder, name));
  try {
    execFileSync("mkfifo", ["-m", "600", ...pipes], { stdio: "ignore" });
    const readers = pipes.map((path) => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    exports.terminal = reopened("/dev/fd/2");
    for (const [i, path] of pipes.entries()) {
      closeSync(i + 1);
      openSync(path, constants.O_WRONLY);
    }
    exports.readers = readers;
  } catch (error) {
    process.stderr.write(`what native code and children print stays in this terminal: ${error.message}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

function reopened(path) {
  try {
    return openSync(path, "a");
  } catch {
    return undefined; // a socket
  }
}
