import { bundledPage } from "./bundledPage";

/**
 * What draws a widget: a TypeScript module, with all it imports, as one self-contained ES module for the browser.
 * Made anew for every widget, so that an edit is live when its cell runs again; the package has its own ready-made.
 * @param name a module of `page/`, or the whole path of another
 * @throws Error when it does not compile
 */
export function pageModule(name: string): string {
  return bundledPage(name, "esm");
}

/** The same as a CommonJS module, for outputs that are drawn by a script of their own. */
export function pageScript(name: string): string {
  return bundledPage(name, "cjs");
}
