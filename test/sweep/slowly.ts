/** The tests' small sweep in a process of its own, slow enough to be killed: tells every finished cell. */
import { writeSync } from "node:fs";
import { sweepSteering } from "../../lib/disk/sweepFolder";
import { startBackend } from "../../lib/engine";
import { openModel, smallSweep } from "./fixture";

async function main(folder: string): Promise<void> {
  await startBackend("wasm");
  const model = openModel();
  const onCell = () => {
    writeSync(1, ".");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  };
  await sweepSteering(model, { ...smallSweep(model), folder, rows: 4, onCell });
}

main(process.argv[2]);
