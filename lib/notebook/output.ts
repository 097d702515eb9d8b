import type { CommHost } from "./comm";

/** What an output is, in several forms: MIME type to text (images base64) or JSON. A front end shows the best it can. */
export type MimeBundle = Record<string, unknown>;

export interface ShowOptions {
  /** a name under which the output can be replaced later */
  id?: string;
  /** replace the output of that name where it stands */
  update?: boolean;
}

/** The notebook that runs the present cell; put up by the kernel and by the headless runner. */
export interface Notebook {
  show(bundle: MimeBundle | Promise<MimeBundle>, options?: ShowOptions): void;
  /**
   * Must the present output carry this browser library? True for one cell of the notebook (and again when that cell
   * runs again), so that a page holds each library once.
   */
  claim(library: string): boolean;
  /** Lines to the page; absent where there is none. */
  comms?: CommHost;
}

const key = Symbol.for("smitin.notebook");
const holder = globalThis as { [key]?: Notebook };

/** The notebook that runs now; undefined in a plain program. */
export function currentNotebook(): Notebook | undefined {
  return holder[key];
}

/** Called by whoever runs cells, before the first one. */
export function attachNotebook(notebook: Notebook | undefined): void {
  holder[key] = notebook;
}

/** Show an output under the running cell; outside of a notebook print its text form, if it has one. */
export function show(bundle: MimeBundle | Promise<MimeBundle>, options: ShowOptions = {}): void {
  const notebook = currentNotebook();
  if (notebook) notebook.show(bundle, options);
  else if (!options.update) void Promise.resolve(bundle).then(printText);
}

function printText(bundle: MimeBundle): void {
  const text = bundle["text/plain"];
  if (typeof text === "string" && text) console.log(text);
}
