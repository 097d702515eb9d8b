import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compiledCells } from "./compiled";

/** Each row: cells, and what the last one gives. */
type Case = [what: string, cells: string[], last: unknown];

describe("top-level names of all cells are one live scope", () => {
  const cases: Case[] = [
    [
      "a let that an earlier function reads",
      ["let alpha = 5; const scaled = (x: number) => alpha * x;", "alpha = 10; scaled(1)"],
      10,
    ],
    ["a let declared again", ["let n = 1; const read = () => n;", "let n = 2;", "read()"], 2],
    ["a const declared again", ["const n = 1; const read = () => n;", "const n = 2;", "read()"], 2],
    ["a var declared again", ["var n = 1; const read = () => n;", "var n = 2;", "read()"], 2],
    [
      "a var declared again without a value, which keeps the one it has",
      ["var n = 1;", "var n: number | undefined;\nn"],
      1,
    ],
    ["a let that becomes a const, and a let again", ["let n = 1;", "const n = 2;", "let n = 3; n = 4; n"], 4],
    [
      "a function declared again",
      [
        "function helper() { return 1; }\nfunction caller() { return helper(); }",
        "function helper() { return 2; }",
        "caller()",
      ],
      2,
    ],
    [
      "a function that becomes a variable of another type",
      ["function part() { return 1; }", 'const part = "one";', "part.length"],
      3,
    ],
    [
      "a class declared again",
      [
        "class Take { static made = 0; name() { return 'old'; } again() { return new Take(); } }\nconst make = () => new Take();",
        "const old = make();\nclass Take { static made = Take0(); name() { return 'new'; } }\nfunction Take0() { return 7; }",
        "[make().name(), old.again().name(), Take.made].join()",
      ],
      "new,new,7",
    ],
    [
      "a class whose static parts call it by its name",
      ["class Count { static one = 1; static two = Count.one + 1; static { Count.two++; } }", "Count.two"],
      3,
    ],
    [
      "an enum declared again",
      [
        "enum Part { Drums, Bass = Drums + 2 }\nconst bass = () => Part.Bass;",
        "enum Part { Bass = 7 }",
        "[bass(), Part[7]].join()",
      ],
      "7,Bass",
    ],
    ["a const enum", ["const enum Step { Half = 0.5 }", "Step.Half * 2"], 1],
    [
      "a namespace declared again",
      [
        "namespace Band { export let size = 1; export const grow = () => { size++; return Band.size; }; }\nconst size = () => Band.size;",
        "Band.grow()",
        "namespace Band { export const size = 9; }",
        "size()",
      ],
      9,
    ],
    [
      "a namespace that grows",
      ["namespace Band { export let size = 1; export const grow = () => ++size; }", "Band.grow(); Band.size"],
      2,
    ],
    [
      "a function with properties",
      [
        "function play() { return play.volume; }\nnamespace play { export let volume = 3; }",
        "play.volume = 4; play()",
      ],
      4,
    ],
    [
      "destructuring, nested and with defaults",
      [
        "let { a, b: [b0 = 5, ...rest], c: { d = () => a } = {} as { d?: () => number }, ...others } = { a: 1, b: [undefined, 2, 3] as (number | undefined)[], e: 4, f: 6 } as { a: number; b: (number | undefined)[]; c?: { d?: () => number }; e: number; f: number };",
        "a = 10; [a, b0, rest, d(), d.name, others]",
      ],
      [10, 5, [2, 3], 10, "d", { e: 4, f: 6 }],
    ],
    [
      "destructuring with names of another cell as keys and defaults",
      [
        "const key = 'left'; let side = 3;",
        "const { [key]: got = side, right = side } = {} as Record<string, number>;",
        "[got, right]",
      ],
      [3, 3],
    ],
    [
      "assignment by patterns, shorthand ones too",
      [
        "let a = 1, b = 2, c = 0, d = () => 1; const read = () => [a, b, c, d()];",
        "[a, b] = [b, a]; ({ c, d = () => 8 } = { c: 5 } as { c: number; d?: () => number }); [...read(), d.name]",
      ],
      [2, 1, 5, 8, "d"],
    ],
    [
      "compound assignment",
      [
        "let n = 1; let maybe: number | undefined; let f: (() => number) | undefined; const read = () => n;",
        "n += 2; n *= 3; n **= 2; n <<= 1; n--; ++n; maybe ??= n++; f ||= () => n; [read(), maybe, f(), f.name]",
      ],
      [163, 162, 163, "f"],
    ],
    [
      "the heads of loops",
      [
        "let x = 0; var y = 0; const seen: number[] = []; const read = () => x + y;",
        "for (x of [1, 2]) seen.push(read());\nfor (var y = 10; y < 30; y += 10) seen.push(read());\nfor (var { z } of [{ z: 3 }]) seen.push(z);\nfor (var k in { q: 1 }) seen.push(k.length);",
        "[...seen, z, k].join()",
      ],
      "1,2,12,22,3,1,3,q",
    ],
    [
      "a var from inside blocks",
      ["if (true) { var inner = 1; }\ntry { var other = 2; } finally { inner++; }", "inner + other"],
      4,
    ],
    [
      "what hides a top-level name",
      [
        "let n = 1; const id = (n: number) => n; function own() { let n = 5; n++; return n; }\nclass Box { n = 3; read() { return this.n; } }",
        "const o = { n, m(n: number) { return n; }, get k() { return n; } };\nfor (let n = 7; n < 8; n++);\n{ const n = 9; }\ntry { throw 4; } catch (n) {}\n[n, id(2), own(), new Box().read(), o.n, o.m(6), o.k, ((n) => n)(8), (function n() { return typeof n; })()]",
      ],
      [1, 2, 6, 3, 1, 6, 1, 8, "function"],
    ],
    [
      "an async loop that a later cell ends",
      [
        "let running = true; let turns = 0;\nconst done = (async () => { while (running) { turns++; await new Promise((r) => setTimeout(r, 1)); } return 'ended'; })();",
        "await new Promise((r) => setTimeout(r, 20));\nrunning = false;",
        "await done",
      ],
      "ended",
    ],
    [
      "a timer that calls a function declared again",
      [
        "const heard: string[] = []; function tick() { heard.push('old'); }\nconst timer = setInterval(() => tick(), 2);\nawait new Promise((r) => setTimeout(r, 20));",
        "await new Promise((r) => setTimeout(r, 20));\nfunction tick() { heard.push('new'); }",
        "await new Promise((r) => setTimeout(r, 20));\nclearInterval(timer);\n[heard[0], heard.at(-1)].join()",
      ],
      "old,new",
    ],
    [
      "generators and async generators",
      [
        "let step = 1; function* count() { for (let i = 0; i < 3; i++) yield i * step; }",
        "step = 2; async function* all() { yield* count(); }",
        "const got: number[] = []; for await (const n of all()) got.push(n); got",
      ],
      [0, 2, 4],
    ],
    [
      "imports, of a file and of Node, called without this",
      [
        'import { random as uniform } from "../../../lib/math/random";\nimport * as path from "node:path";\nimport fs, { existsSync } from "node:fs";\nconst draw = () => uniform(1)();',
        "[draw() < 1, path.sep, existsSync(path.join('/')), fs.existsSync('/')]",
      ],
      [true, "/", true, true],
    ],
    [
      "an import that a later cell declares as its own",
      ['import { sep } from "node:path"; const read = () => sep;', 'const sep = "own";', "read()"],
      "own",
    ],
    [
      "import()",
      [
        'const { join } = await import("node:path");',
        'join("a", "b") + (await import("node:path")).default.sep',
      ],
      "a/b/",
    ],
    [
      "what a cell exports",
      ["export const a = 1; export default function two() { return 2; }\nexport { a as b };", "a + two()"],
      3,
    ],
    [
      "a name of a function, class or arrow",
      [
        "const f = () => 1, g = function () {}, C = class {}, n = (async () => {});",
        "[f.name, g.name, C.name, n.name].join()",
      ],
      "f,g,C,n",
    ],
    [
      "a call without this",
      [
        "function who(this: unknown) { return this; } const tag = function (this: unknown, _: unknown) { return this; };",
        "[who(), who?.(), (who as () => unknown)(), tag`x`]",
      ],
      [undefined, undefined, undefined, undefined],
    ],
    [
      "a symbol of its own type",
      ["const mark: unique symbol = Symbol('m'); const o = { [mark]: 1 };", "o[mark]"],
      1,
    ],
    [
      "using, which ends with its cell",
      [
        "const log: string[] = [];",
        "{ using inner = { [Symbol.dispose]: () => log.push('inner') }; }\nusing whole = { [Symbol.dispose]: () => log.push('whole') };\nlog.push('cell');",
        "log.join()",
      ],
      "inner,cell,whole",
    ],
    [
      "a type and a value of one name in different cells",
      ["interface Kind { n: number }", "const Kind = { n: 1 };", "const k: Kind = Kind; k.n"],
      1,
    ],
    [
      "types only",
      [
        "interface A { n: number } type B<T> = { t: T };",
        "const v: B<A> = { t: { n: 2 } }; v.t.n\ntype Last = B<string>;",
      ],
      2,
    ],
    [
      "a name with a dollar beside one without",
      ["let a = 1; let $a = 2; const read = () => [a, $a];", "a = 3; $a = 4; read()"],
      [3, 4],
    ],
    [
      "declared elsewhere",
      ["declare const setImmediate: (f: () => void) => void;", "typeof setImmediate"],
      "function",
    ],
    [
      "declare global",
      ["declare global { var shelfOfCells: number; }\nglobalThis.shelfOfCells = 5;", "shelfOfCells + 1"],
      6,
    ],
    [
      "json",
      ['import manifest from "../../../package.json" with { type: "json" };', "manifest.name"],
      "smitin-lab",
    ],
    [
      "a part of a namespace under a name of its own",
      [
        "namespace Band { export class Player { n = 3; } }",
        "import P = Band.Player;",
        "const p: P = new P(); p.n",
      ],
      3,
    ],
  ];
  const { run } = compiledCells();
  for (const [what, cells, last] of cases)
    test(what, async () => {
      let value: unknown;
      for (const cell of cells) value = await run(cell);
      assert.deepEqual(value, last);
    });
});

describe("a cell that fails", () => {
  test("leaves what it has declared until then; the rest is there without a value", async () => {
    const { run } = compiledCells();
    await assert.rejects(
      run("const first = 1;\nthrow new RangeError('half way');\nconst second = 2;"),
      RangeError,
    );
    assert.equal(await run("first"), 1);
    await assert.rejects(run("second"), /Cannot access 'second' before initialization/);
  });

  test("reads a name before its declaration as JavaScript does", async () => {
    const { run } = compiledCells();
    await assert.rejects(run("early();\nlet late = 1;\nfunction early() { return late; }"), ReferenceError);
  });

  test("assigns to a constant only over the checker's word, and not then", async () => {
    const { run, complaints } = compiledCells();
    await run("const fixed = 1; function f() {} class C {} enum E {}\nimport { sep } from 'node:path';");
    assert.deepEqual(complaints("fixed = 2; f = f; C = C; E = E; sep = '';"), [
      "Cannot assign to 'fixed' because it is a constant.",
      "Cannot assign to 'f' because it is a function.",
      "Cannot assign to 'C' because it is a class.",
      "Cannot assign to 'E' because it is an enum.",
      "Cannot assign to 'sep' because it is an import.",
    ]);
    await assert.rejects(run("// @ts-expect-error\nfixed = 2;"), /Assignment to constant variable/);
  });
});

describe("types across cells", () => {
  const { run, complaints } = compiledCells();

  test("a name declared again may change its type; the old cells are not checked anew", async () => {
    await run("let size: number = 1; const double = () => 2 * size;");
    assert.deepEqual(complaints("size = 'big';"), ["Type 'string' is not assignable to type 'number'."]);
    await run("let size = 'big';");
    assert.deepEqual(complaints("size = 1;"), ["Type 'number' is not assignable to type 'string'."]);
    assert.equal(await run("size.length"), 3);
  });

  test("narrow, infer and stay generic as within a file", async () => {
    await run(
      "let maybe: string | undefined = 'text' as string | undefined; const list: (number | undefined)[] = [1];\n" +
        "function first<T>(of: T[]): T { return of[0]; }\nfunction isText(x: unknown): asserts x is string { if (typeof x !== 'string') throw new Error(); }",
    );
    assert.deepEqual(complaints("maybe.length"), ["'maybe' is possibly 'undefined'."]);
    assert.deepEqual(complaints("if (maybe) maybe.length;\nmaybe = 'x'; maybe.length;"), []);
    assert.deepEqual(complaints("const n: number = first([1]);\nconst s: string = first([1]);"), [
      "Type 'number' is not assignable to type 'string'.",
    ]);
    assert.deepEqual(complaints("const u: unknown = 1; isText(u); u.length"), []);
    assert.deepEqual(complaints("const numbers: number[] = list.filter((n) => n !== undefined);"), []);
  });

  test("give a callback its types where the cell begins with their call", async () => {
    const cells = compiledCells();
    await cells.run("interface Source { on(listener: (value: number) => void): void }");
    await cells.run("const source: Source = { on: (listener) => listener(4) };\nlet heard = 0;");
    assert.equal(await cells.run("source.on((value) => { heard = value * 2; });\nheard"), 8);
  });

  test("of packages without types are any, in later cells, too", async () => {
    await run(
      'import codec from "../../../test/kernel/notebooks/untyped.cjs";\nimport * as whole from "../../../test/kernel/notebooks/untyped.cjs";',
    );
    assert.equal(await run("codec.number + whole.number"), 14);
  });

  test("are those of the newest language", () => {
    const cell =
      "[3, 1].toSorted(); function f<T>(a: T, b: NoInfer<T>) { return [a, b]; } f('a', 'a');\n" +
      "Object.groupBy;";
    assert.deepEqual(
      complaints(cell).map((message) => /'(\w+)'/.exec(message)?.[1]),
      ["groupBy"],
    );
  });

  test("know neither a page's names nor a file's, but types of both", () => {
    assert.deepEqual(
      complaints(
        "document; alert(1); __dirname; window.name; const f = (x: HTMLElement) => x; fetch; performance.now()",
      ),
      [
        "Cannot find name 'document': it is a page's, and cells run outside of one.",
        "Cannot find name 'alert': it is a page's, and cells run outside of one.",
        "Cannot find name '__dirname': it is a file's, and a cell is none; process.cwd() is the notebook's folder.",
        "Cannot find name 'window': it is a page's, and cells run outside of one.",
      ],
    );
  });
});

describe("completion and inspection", () => {
  const { run, compiler } = compiledCells();

  test("know the names of all cells, with their documentation", async () => {
    await run(
      "/** How loud. */\nlet loudness = 1;\n/** Makes it loud. */\nfunction louder(by: number): number { return loudness + by; }",
    );
    await run("const loudest = 11;");
    const { candidates, start, end } = compiler.complete("1 + loud", 8);
    assert.deepEqual([candidates.slice(0, 3), start, end], [["louder", "loudest", "loudness"], 4, 8]);
    const told = (source: string) => {
      const { displayParts = [], documentation = [] } = compiler.inspect(source, 1)!;
      return [...displayParts, ...documentation].map(({ text }) => text).join("");
    };
    assert.equal(told("louder"), "function louder(by: number): numberMakes it loud.");
    assert.match(told("loudness"), /^let loudness: number/);
  });

  test("propose no names of a page", () => {
    const { candidates } = compiler.complete("", 0);
    for (const name of ["document", "HTMLElement", "__dirname", "alert"])
      assert.ok(!candidates.includes(name), name);
    for (const name of ["console", "fetch", "loudness", "Promise", "const"])
      assert.ok(candidates.includes(name), name);
  });
});
