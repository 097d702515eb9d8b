import { labNames, tableNames, whyMissing } from "./modules";

/** What cells import in a page. */
export interface Loader {
  /** Load what a cell's code is going to ask for. */
  prepare(code: string): Promise<void>;
  /** @throws Error on what a page has not, saying why */
  require(specifier: string): unknown;
}

export function createLoader(): Loader {
  const modules = new Map<string, unknown>();
  const load = async (name: string, get: () => Promise<object>) => {
    if (!modules.has(name)) modules.set(name, asCommonJs(await get()));
  };
  return {
    async prepare(code) {
      const specifiers = [...code.matchAll(/"([^"\n]+)"/g)].map(([, text]) => text);
      if (specifiers.some((text) => labNames.test(text))) await load("lab", () => import("./lab"));
      if (specifiers.some((text) => tableNames.test(text)))
        await load("tables", () => import("../../tables"));
    },
    require(specifier) {
      const name = labNames.test(specifier) ? "lab" : tableNames.test(specifier) ? "tables" : undefined;
      const module = name && modules.get(name);
      if (module) return module;
      throw new Error(
        whyMissing(specifier) ??
          `"${specifier}" has to stand in the cell as it is, to be loaded before it runs`,
      );
    },
  };
}

/** A module as the cells' scope expects it from `require`. */
function asCommonJs(module: object): object {
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(module),
      __esModule: { value: true },
    },
  );
}
