import { type Library, packedScripts, pageLibraries } from "./libraryScripts";
import { currentNotebook, type MimeBundle } from "./output";

export type { Library } from "./libraryScripts";

let nextId = 0;

/** A name for an output's element, unlike any other in the page, also after the notebook was run again. */
export function elementId(): string {
  return `${process.pid.toString(36)}${Date.now().toString(36)}-${nextId++}`;
}

/**
 * A script element that calls `draw`, JavaScript with the elements of the output `id` in `places` and the library's
 * modules in `modules`, as soon as the page has the library.
 *
 * One output of a notebook brings the library itself, packed (plotly 2 MB, wavesurfer 60 kB); the others wait for it.
 * So a notebook of many figures stays small, needs no network, and works in JupyterLab and in a page exported from it.
 * An output whose library does not come (its cell was cleared, or the notebook is not trusted) keeps what its elements
 * held before.
 */
export function drawingScript(library: Library, id: string, draw: string): string {
  const brings = currentNotebook()?.claim(library) ?? true;
  const lines = [brings ? providing(library) : pageLibraries()];
  lines.push(`{
  const places = smitinLab.places("${id}");
  ${useCall(library)}.then((modules) => {
${draw}
  });
}`);
  return `<script>\n${lines.join("\n")}\n</script>`;
}

/** An output that shows nothing and brings a library, for the others that wait for it. */
export function libraryBundle(library: Library): MimeBundle {
  return { "text/html": `<script>\n${providing(library)}\n</script>`, "text/plain": "" };
}

/** How an output's script that waits for a library can be told. */
export function useCall(library: Library): string {
  return `smitinLab.use("${library}")`;
}

/** What brings a library, wherever it stands in a page. */
export const providePattern = /smitinLab\.provide\("\w+", \[[^\]]*\]\);/g;

/** How an output's script that brings a library can be told. */
export function provideCall(library: string): string {
  return `smitinLab.provide("${library}", `;
}

function providing(library: Library): string {
  return `${pageLibraries()}\n${provideCall(library)}${JSON.stringify(packedScripts(library))});`;
}

/** JSON that may stand in a script element; typed arrays become arrays. */
export function scriptJson(value: unknown): string {
  const plain = (_: string, part: unknown) =>
    ArrayBuffer.isView(part) && !(part instanceof DataView) ? Array.from(part as Float32Array) : part;
  return JSON.stringify(value, plain)
    .replace(/</g, "\\u003c")
    .replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
}

export { escapeHtml } from "./escapeHtml";
