/** Notebooks without Jupyter, and the kernel for it: `import { runNotebook } from "smitin-lab/kernel"`. */

export { type NotebookRun, type RunNotebookOptions, runNotebook } from "./headless/runner";
export { installKernel, type KernelPlace, kernelName, removeKernel } from "./kernelSpec";
