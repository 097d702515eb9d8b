import { createCellSources } from "../../kernel/cells/cellSources";
import { startCellWork } from "../../kernel/cells/cellWork";
import { cellUrl, compileError, interruption, isInterruption, runtimeError } from "../../kernel/cells/errors";
import { createScope } from "../../kernel/cells/scope";
import { heldTensors, leakWarning } from "../../kernel/cells/tensors";
import type { CompiledCell } from "../../kernel/compiler/compilation";
import { createComms } from "../../kernel/protocol/comms";
import { onFile } from "../node/fs";
import { createLoader } from "./loader";
import { openPageOutputs } from "./outputs";
import type { FromCells, Order, ToCells } from "./protocol";
import { drawnBy } from "./still";

/*
 * The worker that runs a page's cells: the kernel's scope, errors, awaits and display over messages (protocol.ts). One cell runs at
 * a time; an interrupt ends the library's work and what the cell waits for.
 */
const global = globalThis as unknown as {
  postMessage(message: FromCells): void;
  onmessage: (event: { data: ToCells }) => void;
  addEventListener(type: "unhandledrejection", listener: (event: PromiseRejectionEvent) => void): void;
};
const say = (message: FromCells) => global.postMessage(message);

const root = "/lab";
/** Where a cell leaves its last value (`liveNames`). */
const lastValue = "lastValue";
const scope = createScope();
const sources = createCellSources();
const describe = (thrown: unknown) => runtimeError(thrown, sources, root);
const comms = createComms((message) => say({ say: "comm", message }), fail);
const outputs = openPageOutputs(comms, describe, (output) => say({ say: "output", output }));
const work = startCellWork();
const loader = createLoader();
const exports: Record<string, unknown> = { cells: scope.runtime };
const known = new Set<string>();
const drawing = new Map<number, { resolve(svg: string): void; reject(error: Error): void }>();
let count = 0;
let drawn = 0;
let breakOff: ((reason: Error) => void) | undefined;

Error.stackTraceLimit = 50; // the page's own frames are among them, and are not shown
global.onmessage = ({ data }) => {
  if (data.say === "run") void run(data.order);
  else if (data.say === "interrupt") interrupt();
  else if (data.say === "comm") comms.receive(data.message);
  else settleDrawing(data);
};
global.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  if (!isInterruption(event.reason)) fail(event.reason);
});
onFile((path, bytes) => say({ say: "file", path, bytes }));
drawnBy((figure, size) => {
  const id = ++drawn;
  say({ say: "draw", id, figure, size });
  return new Promise((resolve, reject) => drawing.set(id, { resolve, reject }));
});

async function run({ key, number, source, compiled, diagnostics }: Order): Promise<void> {
  count++;
  let ok = compiled !== undefined;
  if (!compiled) outputs.add({ type: "error", ...compileError(diagnostics, source, root) });
  else ok = await execute(compiled, source, number, key);
  const delivered = await outputs.settled();
  say({ say: "ended", ok: ok && delivered });
}

async function execute(
  compiled: CompiledCell,
  source: string,
  number: number,
  key: string,
): Promise<boolean> {
  const map = { ...compiled.map, mappings: `;${compiled.map.mappings}` };
  sources.add(count, source, number, { output: `\n${compiled.output}`, map }); // it begins on the second line
  const before = heldTensors();
  const endUnfinished = work.begin();
  const interrupted = new Promise<never>((_, reject) => {
    breakOff = reject;
  });
  interrupted.catch(() => {});
  let ok = true;
  try {
    await Promise.race([loader.prepare(compiled.output), interrupted]);
    await Promise.race([evaluate(compiled, count)(exports, loader.require), interrupted]);
    const { value } = (exports[lastValue] ?? {}) as { value?: unknown };
    if (value !== undefined) outputs.addResult(value);
  } catch (thrown) {
    ok = false;
    if (isInterruption(thrown)) endUnfinished();
    fail(thrown);
  }
  delete exports[lastValue];
  breakOff = undefined;
  work.ended();
  const warning = leakWarning(before, heldTensors(), known.has(key));
  if (warning) outputs.add({ type: "stream", name: "stderr", text: warning });
  known.add(key);
  return ok;
}

type CellFunction = (exports: unknown, require: unknown) => unknown;

function evaluate({ output, waits }: CompiledCell, cell: number): CellFunction {
  const kind = waits ? "async function" : "function";
  const code = `(${kind} (exports, require) {\n${output}\n})\n//# sourceURL=${cellUrl(cell)}`;
  // biome-ignore lint/security/noGlobalEval: running code is what a notebook does
  // biome-ignore lint/complexity/noCommaOperator: an indirect call, so that cells do not see this file's names
  return (0, eval)(code) as CellFunction;
}

function interrupt(): void {
  outputs.abandon();
  for (const [id, { reject }] of drawing) {
    drawing.delete(id);
    reject(interruption());
  }
  work.stop();
  breakOff?.(interruption());
}

function settleDrawing({ id, svg, why }: Extract<ToCells, { say: "drawn" }>): void {
  const waiting = drawing.get(id);
  drawing.delete(id);
  if (svg !== undefined) waiting?.resolve(svg);
  else waiting?.reject(new Error(`plotly could not draw the figure: ${why}`));
}

function fail(thrown: unknown): void {
  outputs.add({ type: "error", ...describe(thrown) });
}
