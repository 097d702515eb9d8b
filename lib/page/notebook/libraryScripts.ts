/*
 * In the place of lib/notebook/libraryScripts.ts in a page: no output brings a library, since the page has them and loads one
 * when it is asked for (libraries.ts).
 */

export function packedScripts(): string[] {
  return [];
}

export function pageLibraries(): string {
  return "";
}
