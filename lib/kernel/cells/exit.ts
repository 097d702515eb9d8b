const exit = process.exit.bind(process);

/** End the process, also where cells can't. */
export function endProcess(code: number): never {
  return exit(code);
}

/**
 * From now on `process.exit` in a cell, or in what it calls, ends the cell with an error instead of the process: nothing
 * that was printed is lost, the cell has its answer, those after it do not run, and what earlier cells made is still there.
 * @returns how to end it
 */
export function withholdExit(): () => void {
  const before = process.exit;
  process.exit = (code = process.exitCode ?? 0): never => {
    const message =
      `process.exit(${code}) ends the cell here; the process goes on with all variables ` +
      "(restart or shut down the kernel to end it)";
    throw Object.assign(new Error(message), { name: "Exit" });
  };
  return () => {
    process.exit = before;
  };
}
