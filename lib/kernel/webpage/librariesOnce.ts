import { type Library, libraryBundle, providePattern, useCall } from "../../notebook/libraries";

const all: Library[] = ["plotly", "wavesurfer"];

/**
 * The outputs of a page with each browser library that they draw with once, after all of them, so that text and stills are
 * there first. It does not matter which outputs brought it, or whether one still does.
 */
export function librariesOnce(outputs: string): string {
  const bare = outputs.replaceAll(providePattern, "");
  const needed = all.filter((library) => bare.includes(useCall(library)));
  return [bare, ...needed.map((library) => String(libraryBundle(library)["text/html"]))].join("\n");
}
