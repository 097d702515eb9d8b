import { statSync } from "node:fs";
import { dirname, posix } from "node:path";
import { packagePath } from "../../../lib/disk/packageRoot";

/** Where files of the repository stand on the site, and which of them a page led to. */
export interface Links {
  /**
   * @param path of a file or folder in the repository, such as "lib/model/taps.ts", perhaps with a fragment
   * @param page the page that leads there, such as "docs/paper.html"
   * @returns the address as that page needs it, undefined where the site has no such thing
   */
  to(path: string, page: string): string | undefined;
  /** Files of code that pages led to. */
  readonly sources: Set<string>;
}

/** Texts that are read beside those of docs/. */
export const besides: Record<string, string> = {
  "data/models/README.md": "docs/bundled-model.html",
  "CONTRIBUTING.md": "docs/contributing.html",
  "CHANGELOG.md": "docs/changelog.html",
};

const texts: Record<string, string> = {
  ...besides,
  "README.md": "index.html",
  "figures/reproduce": "results.html",
  "docs/results.md": "results.html",
  notebooks: "notebooks/index.html",
  docs: "docs/index.html",
};

export function createLinks(): Links {
  const sources = new Set<string>();
  return {
    sources,
    to(path, page) {
      const [file, fragment] = path.split("#");
      const address = placeOf(file.replace(/\/$/, ""), sources);
      if (!address) return undefined;
      const there = posix.relative(dirname(page), address) || posix.basename(address);
      return fragment ? `${there}#${fragment}` : there;
    },
  };
}

function placeOf(file: string, sources: Set<string>): string | undefined {
  if (texts[file]) return texts[file];
  if (/^docs\/[\w-]+\.md$/.test(file)) return file.replace(/\.md$/, ".html");
  if (/^notebooks\/.+\.ipynb$/.test(file)) return file.replace(/\.ipynb$/, ".html");
  const found = statSync(packagePath(file), { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > 200_000) return undefined;
  sources.add(file);
  return `code/${file}.html`;
}
