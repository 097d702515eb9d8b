/** Written by the build: how many scripts each library has, libraries/NAME-0.js and so on. */
declare const LIBRARY_SCRIPTS: Record<string, number>;

/** What outputs of a notebook draw with in a page: `smitinLab` as lib/notebook/page/pageLibraries.js has it. */
export interface PageLibraries {
  /** A library's modules, loaded when they are asked for first. */
  use(name: string): Promise<unknown[]>;
  has(name: string): boolean;
  provide(name: string, packed: string[]): Promise<void>;
  places(id: string): HTMLElement[];
}

/** Give the page's outputs their libraries, which lie beside it. @param root the site's address */
export function installLibraries(root: string): PageLibraries {
  const loaded = new Map<string, Promise<unknown[]>>();
  const load = async (name: string) => {
    const addresses = Array.from(
      { length: LIBRARY_SCRIPTS[name] ?? 0 },
      (_, i) => `libraries/${name}-${i}.js`,
    );
    const texts = await Promise.all(addresses.map((file) => fetchText(new URL(file, root).href)));
    return texts.map((text) => {
      const module = { exports: {} as unknown };
      new Function("module", "exports", "define", text)(module, module.exports, undefined);
      return module.exports;
    });
  };
  const libraries: PageLibraries = {
    use(name) {
      const known = loaded.get(name) ?? load(name);
      loaded.set(name, known);
      known.catch(() => loaded.delete(name)); // to be tried again
      return known;
    },
    has: () => true,
    provide: async () => {},
    places(id) {
      const found = document.querySelectorAll<HTMLElement>(`[data-smitin="${id}"]:not([data-drawn])`);
      for (const place of found) place.dataset.drawn = "yes";
      return [...found];
    },
  };
  Object.assign(window, { smitinLab: libraries });
  return libraries;
}

async function fetchText(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: expected a script, found HTTP ${answer.status}`);
  return answer.text();
}
