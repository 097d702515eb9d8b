import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { describe, test } from "node:test";
import { commandLinePage } from "../../experiments/maintain/docs/commandLine";
import { packagePath } from "../../lib/disk/packageRoot";
import * as lab from "../../lib/index";
import { complaints } from "../notebook/typeCheck";

/** Every page that people read. */
const pages = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/models/README.md"].map((name) =>
    packagePath(name),
  ),
  ...readdirSync(packagePath("docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => packagePath("docs", name)),
];

/** What the pages' pieces of code take as given: values of the library's types. */
const given: Record<string, string> = {
  model: "MusicGen",
  pairs: "Pair[]",
  prompts: "Prompt[]",
  probes: "ProbeSet",
  drums: "ProbeSet",
  piano: "ProbeSet",
  judge: "PresenceJudge",
  take: "Take",
};
/** Of the worked examples, which are too long for a page. */
const examples: Record<string, string> = {
  halfway: "(threshold: number, share: number) => Gate",
  readFlatFolder:
    '(tree: import("../lib/files/tree").FileTree) => import("../lib/music/stemSong").StemSong[]',
  openLoudness: '(typeof import("../lib/hub/judges"))["judges"][string]',
};

describe("the pages", () => {
  for (const page of pages) {
    const name = relative(packagePath(), page);
    const text = readFileSync(page, "utf8");
    const prose = text.replaceAll(/```[\s\S]*?```/g, "");
    const linked = prose.replaceAll(/`[^`]*`/g, "");

    test(`${name}: every link leads somewhere`, () => {
      for (const [, target] of linked.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)) {
        if (!target || /^https?:/.test(target)) continue;
        const [path, anchor] = target.split("#");
        const file = path ? resolve(dirname(page), path) : page;
        assert.ok(existsSync(file), `${target}: expected a file or folder, found nothing there`);
        if (anchor) assert.ok(anchors(file).includes(anchor), `${target}: expected a heading of that name`);
      }
    });

    test(`${name}: every file and folder of the repository that it names is there`, () => {
      for (const [, path] of prose.matchAll(
        /`((?:lib|notebooks|experiments|test|figures|data|docs)\/[\w./-]+)`/g,
      )) {
        if (/^(data\/(cache|probes|sweeps)|figures\/(01|reproduce\/quick))/.test(path)) continue; // made by a run
        assert.ok(existsSync(packagePath(path)), `expected ${path}, found nothing there`);
      }
    });
  }

  test("every function that the paper's page names is in a file that it links to in the same row", () => {
    const page = packagePath("docs/paper.md");
    const equations = packagePath("lib/steering/smitin.ts");
    for (const row of readFileSync(page, "utf8").split("\n")) {
      const names = [...row.matchAll(/`([a-z]\w+)`/g)].map(([, name]) => name);
      const files = [...row.matchAll(/\]\((\.\.\/[\w/.]+\.ts)\)/g)].map(([, path]) =>
        resolve(dirname(page), path),
      );
      const text = [...files, equations].map((file) => readFileSync(file, "utf8")).join("\n");
      for (const name of files.length > 0 ? names : [])
        assert.match(
          `${text}\n${Object.keys(lab).join(" function ")}`,
          new RegExp(`(function|interface) ${name}\\b`),
          row,
        );
    }
  });

  test("the page of the command line is what its verbs say of themselves (`npm run docs` writes it)", () => {
    assert.equal(readFileSync(packagePath("docs/command-line.md"), "utf8"), commandLinePage());
  });

  test("every piece of TypeScript in them type-checks against the library", () => {
    const programs: Record<string, string> = {};
    for (const page of pages) {
      const blocks = [...readFileSync(page, "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(
        ([, code]) => code,
      );
      blocks.forEach((code, i) => {
        programs[`${relative(packagePath(), page).replaceAll(/\W/g, "-")}-${i + 1}`] = asProgram(code);
      });
    }
    assert.ok(Object.keys(programs).length > 5);
    assert.equal(complaints("typescript-native", programs), "");
  });
});

/** A piece with what it takes as given, and an import of what it uses where it has none. */
function asProgram(code: string): string {
  const used = new Set(code.match(/\b[A-Za-z]\w*\b/g));
  const own = new Set([...code.matchAll(/\b(?:const|let|function|class)\s+(\w+)/g)].map(([, name]) => name));
  if (/^import /m.test(code)) return code;
  const isFree = ([name]: [string, string]) => used.has(name) && !own.has(name);
  const declared = Object.entries({ ...given, ...examples }).filter(isFree);
  const types = declared.flatMap(([, type]) => type.match(/^\w+(?=(\[\])?$)|\bGate\b/g) ?? []);
  const named = [...Object.keys(lab), "Taps", "Schedule", "Gate"].filter(
    (name) => used.has(name) && !own.has(name),
  );
  const imports = [...new Set([...named, ...types])].filter((name) => !given[name]);
  return [
    `import { ${imports.map((name) => (name in lab ? name : `type ${name}`)).join(", ")} } from "../lib";`,
    ...declared.map(([name, type]) => `declare const ${name}: ${type};`),
    code,
    "export {};",
  ].join("\n");
}

/** Headings as a code host names them: lower case, words joined by hyphens. */
function anchors(file: string): string[] {
  const headings = readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .trim()
      .replaceAll(/\s/g, "-"),
  );
}
