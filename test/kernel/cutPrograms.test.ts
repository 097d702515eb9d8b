import assert from "node:assert/strict";
import { test } from "node:test";
import { runInThisContext } from "node:vm";
import fc from "fast-check";
import ts from "typescript";
import { stopAwaits } from "../../lib/kernel/compiler/stopAwaits";
import { compiledCells } from "./compiled";

/** A program's statements grow from numbers: each says what comes next, of which names, with which values. */
interface Names {
  /** numbers that may be assigned to; of functions of one number; of classes; of objects with a `part` */
  variables: string[];
  numbers: string[];
  functions: string[];
  classes: string[];
}

type Draw = (below: number) => number;
type Grow = (draw: Draw, names: Names, id: number) => string;

const pick = (draw: Draw, from: string[]) => from[draw(from.length)];

/** Something that is a number. */
function value(draw: Draw, names: Names, depth = 2): string {
  const inner = () => value(draw, names, depth - 1);
  const kinds: (() => string)[] = [
    () => String(draw(10)),
    () => pick(draw, names.numbers),
    () => pick(draw, names.numbers),
  ];
  if (depth > 0)
    kinds.push(
      () => `(${inner()} + ${inner()})`,
      () => `((${inner()} * ${inner()}) % 97)`,
      () => `${pick(draw, names.functions)}(${inner()})`,
      () => `Object.values({ ${pick(draw, names.variables)} })[0]`,
      () => `[...[${inner()}, ${inner()}]].length`,
      () => `\`\${${inner()}}\`.length`,
      () => `(typeof ${pick(draw, names.numbers)}).length`,
      () => `(${inner()} > ${inner()} ? ${inner()} : ${inner()})`,
      () => `((${pick(draw, names.variables)}: number) => ${inner()})(${inner()})`,
      () => `new ${pick(draw, names.classes)}().read(${inner()})`,
      () => `${pick(draw, names.classes)}.size`,
    );
  return kinds[draw(kinds.length)]();
}

const statements: Grow[] = [
  (draw, names, id) => declared(names, "let", `v${id}`, value(draw, names)),
  (draw, names, id) => declared(names, "var", `v${id}`, value(draw, names)),
  (draw, names, id) => declared(names, "const", `c${id}`, value(draw, names)),
  (draw, names, id) => {
    const text = `function f${id}(x: number): number { return ${value(draw, { ...names, numbers: [...names.numbers, "x"] })}; }`;
    names.functions.push(`f${id}`);
    return text;
  },
  (draw, names, id) => {
    const target = pick(draw, names.variables);
    const text = `const g${id} = (by: number): number => { ${target} += by % 5; return ${target}; };`;
    names.functions.push(`g${id}`);
    return text;
  },
  (draw, names, id) => {
    const target = pick(draw, names.variables);
    const text =
      `class K${id} { static size = ${value(draw, names)}; static next = K${id}.size + 1; own = ${value(draw, names)};\n` +
      `  read(x: number): number { ${target}++; return this.own + K${id}.next + x; } }`;
    names.classes.push(`K${id}`);
    return text;
  },
  (draw, names) => {
    const operator = ["=", "+=", "-=", "*=", "&&=", "||=", "??=", "|=", "^="][draw(9)];
    return `${pick(draw, names.variables)} ${operator} ${value(draw, names)} % 1000;`;
  },
  (draw, names) => `${["++", "--"][draw(2)]}${pick(draw, names.variables)};`,
  (draw, names) => `log.push(${pick(draw, names.variables)}${["++", "--"][draw(2)]});`,
  (draw, names) => `log.push(${value(draw, names, 3)});`,
  (draw, names) =>
    `[${pick(draw, names.variables)}, ${pick(draw, names.variables)}] = [${value(draw, names)}, ${value(draw, names)}];`,
  (draw, names) => {
    const target = pick(draw, names.variables);
    return `({ ${target} = ${value(draw, names)} } = ${["{}", `{ ${target}: ${value(draw, names)} }`][draw(2)]} as { ${target}?: number });`;
  },
  (draw, names, id) => {
    const text = `let { a: v${id} = ${value(draw, names)}, b: [, w${id}] } = { b: [1, ${value(draw, names)}] } as { a?: number; b: number[] };`;
    names.variables.push(`v${id}`, `w${id}`);
    names.numbers.push(`v${id}`, `w${id}`);
    return text;
  },
  (draw, names) => {
    const hidden = pick(draw, names.variables);
    return `{ let ${hidden} = ${draw(10)}; ${hidden} += 1; log.push(${hidden} + ${value(draw, names)}); }`;
  },
  (draw, names, id) => {
    const text = `for (var v${id} = 0; v${id} < ${1 + draw(3)}; v${id}++) ${pick(draw, names.variables)} += ${value(draw, names)} % 7;`;
    names.variables.push(`v${id}`);
    names.numbers.push(`v${id}`);
    return text;
  },
  (draw, names) =>
    `for (${pick(draw, names.variables)} of [${value(draw, names)}, ${value(draw, names)}]) log.push(${value(draw, names)});`,
  (draw, names) => {
    const each = pick(draw, names.variables);
    return `for (const ${each} of [1, 2]) later.push(() => log.push(${each} + ${value(draw, names)}));`;
  },
  (draw, names) => `later.push(() => { ${pick(draw, names.variables)} = ${value(draw, names)}; });`,
  () => "later.shift()?.();",
  (draw, names) =>
    `await Promise.resolve(); ${pick(draw, names.variables)} += await (async () => ${value(draw, names)})();`,
  (draw, names, id) => {
    names.numbers.push(`E${id}.B`);
    return `enum E${id} { A = ${draw(9)}, B = A + 1 }`;
  },
  (draw, names, id) => {
    const text = `namespace N${id} { export let n = ${value(draw, names)}; export function up(x: number): number { n += x; return N${id}.n + ${pick(draw, names.variables)}; } }`;
    names.functions.push(`N${id}.up`);
    return text;
  },
  (draw, names) =>
    `if (${value(draw, names)} > ${draw(20)}) ${pick(draw, names.variables)} = ${value(draw, names)}; else log.push(${draw(9)});`,
  (_, names) => {
    const [constant] = names.numbers.filter((name) => name.startsWith("c"));
    return constant
      ? `try {\n  // @ts-expect-error\n  ${constant} = 1;\n} catch (error) { log.push((error as Error).name.length); }`
      : "";
  },
];

function declared(names: Names, word: string, name: string, initial: string): string {
  if (word !== "const") names.variables.push(name);
  names.numbers.push(name);
  return `${word} ${name}${word === "const" ? "" : ": number"} = ${initial};`;
}

const beginning =
  "const log: number[] = []; const later: (() => void)[] = []; let v = 1;\n" +
  "function f(x: number): number { return x + v; }\nclass K { static size = 2; read(x: number): number { return x - v; } }";

function program(numbers: number[]): string[] {
  let at = 0;
  const draw: Draw = (below) => (numbers[at++ % numbers.length] + at) % below;
  const names: Names = { variables: ["v"], numbers: ["v"], functions: ["f"], classes: ["K"] };
  const lines = [beginning];
  for (let id = 0; id < 14; id++) lines.push(statements[draw(statements.length)](draw, names, id));
  return lines;
}

/** What a whole program logs: it runs as a module does, without its types. */
async function runWhole(source: string): Promise<unknown> {
  const { outputText } = ts.transpileModule(`${source}\nexport {};`, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      preserveConstEnums: true,
    },
    transformers: { before: [stopAwaits] },
  });
  const body = outputText.replace(/^export \{\};$/m, "");
  return await runInThisContext(`(async () => { "use strict"; ${body}\nreturn log; })`)();
}

/** One notebook for all programs, which declare the same names again and again: that must not matter either. */
const notebook = compiledCells();

test("a program cut into cells does what it does whole", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 60 }),
      fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
      async (numbers, cuts) => {
        const lines = program(numbers);
        const cells = [""];
        for (const [i, line] of lines.entries()) {
          if (cuts[i]) cells.push("");
          cells[cells.length - 1] += `${line}\n`;
        }
        const whole = await runWhole(lines.join("\n"));
        for (const cell of cells.filter(Boolean)) await notebook.run(cell);
        assert.deepEqual(await notebook.run("log"), whole, cells.join("// ---\n"));
      },
    ),
    { seed: 7, numRuns: 40 },
  );
});
