/** The modules that cells import in a page. */
export const labNames = /^(?:\.\.\/lib(?:\/[\w/]+)?|smitin-lab(?:\/(?:browser|widgets))?)$/;
export const tableNames = /^(?:danfojs-node|smitin-lab\/tables)$/;

/** Why a page can't serve an import, in one sentence; undefined where it can. */
export function whyMissing(specifier: string): string | undefined {
  if (labNames.test(specifier) || tableNames.test(specifier)) return undefined;
  const there = "run this notebook in Jupyter for it (npm run lab)";
  if (specifier.startsWith("node:")) return `"${specifier}" is Node's, and a page has none: ${there}`;
  if (specifier.startsWith("../experiments"))
    return `"${specifier}" reads and writes this machine's disk, which a page does not: ${there}`;
  return `"${specifier}": a page has the lab ("../lib", "smitin-lab") and its tables ("danfojs-node"), no other modules: ${there}`;
}
