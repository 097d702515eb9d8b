// Takes every SIGINT while the kernel lives, but those that fall into a cell's synchronous beginning: Node gives a signal
// to the script that runs with breakOnSigint, to the latest of several, and the latest is then the cell's.
//
// Why a thread: a listener of the main thread would not be called while a cell is busy; and Node takes it away where such
// a script begins and puts it back where it ends: a signal just then was lost, or ended the kernel. While one such script
// runs, here, Node leaves its handler where it is. They run inside one another: where a signal has just broken off the
// innermost, the one around it is there for the next signal.
const { runInThisContext } = require("node:vm");
const { workerData } = require("node:worker_threads");

const nothing = new Int32Array(new SharedArrayBuffer(4));

globalThis.stand = (depth) => {
  for (;;) {
    if (depth === 0) Atomics.wait(nothing, 0, 0);
    else take(depth);
  }
};
globalThis.stand(4);

function take(depth) {
  try {
    runInThisContext(`stand(${depth - 1})`, { breakOnSigint: true });
  } catch {
    workerData.signals.postMessage("SIGINT");
  }
}
