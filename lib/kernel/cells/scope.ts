/** A module as `require` gives it. */
type Module = Record<PropertyKey, unknown> & { __esModule?: boolean };
type Load = (specifier: string) => unknown;

/** Where an imported name comes from. */
export interface ImportSource {
  specifier: string;
  /** the exported name, "default", or "*" for the whole module */
  imported: string;
}

const nothing = Symbol("nothing yet");

/**
 * A top-level name of the cells, with what it holds now. Compiled cells (`liveNames`) read and assign `value`; a declaration
 * assigns to the property that is called as it: so a name may be declared again, otherwise than before, and whoever uses it
 * sees that at once.
 */
export class Name {
  private held: unknown = nothing;
  private constant = false;
  private module: Module | undefined;
  /** of an import */
  source: ImportSource | undefined;

  constructor(readonly text: string) {}

  get value(): unknown {
    if (this.module !== undefined) return this.module[this.source!.imported];
    if (this.held === nothing) throw this.early();
    return this.held;
  }

  set value(value: unknown) {
    if (this.constant) throw new TypeError("Assignment to constant variable.");
    if (this.held === nothing) throw this.early();
    this.held = value;
  }

  set let(value: unknown) {
    this.hold(value, false);
  }

  set var(value: unknown) {
    this.hold(value, false);
  }

  set const(value: unknown) {
    this.hold(value, true);
  }

  /** A cell begins that declares it with `var`: it is there, and keeps what it has. */
  hoist(): void {
    if (this.held === nothing) this.hold(undefined, false);
    else this.constant = false;
  }

  /** It is what a module exports, live where the module is. */
  import(module: Module, source: ImportSource): void {
    const { imported } = source;
    const isWhole = imported === "*" || (imported === "default" && !module?.__esModule);
    this.hold(imported === "*" ? namespaceOf(module) : isWhole ? module : undefined, true);
    this.source = source;
    if (!isWhole) this.module = module;
  }

  private hold(value: unknown, constant: boolean): void {
    this.held = value;
    this.constant = constant;
    this.module = undefined;
    this.source = undefined;
  }

  private early(): ReferenceError {
    return new ReferenceError(`Cannot access '${this.text}' before initialization`);
  }
}

/** The one scope of all cells' top-level names. */
export interface Scope {
  /** What compiled cells call, as `exports.cells`. */
  runtime: {
    /** The objects of names, made where there are none. */
    names(...names: string[]): Name[];
    /** An import declaration: names here, each with the exported name. */
    import(load: Load, specifier: string, names: Record<string, string>): void;
    /** `import()` */
    importLater(load: Load, specifier: string): Promise<unknown>;
  };
  /** The names that are imports now. */
  imports(): Name[];
}

export function createScope(): Scope {
  const all = new Map<string, Name>();
  function nameOf(text: string): Name {
    let name = all.get(text);
    if (!name) {
      name = new Name(text);
      all.set(text, name);
    }
    return name;
  }
  return {
    runtime: {
      names: (...names) => names.map(nameOf),
      import(load, specifier, names) {
        const module = load(specifier) as Module;
        for (const [local, imported] of Object.entries(names))
          nameOf(local).import(module, { specifier, imported });
      },
      importLater: async (load, specifier) => namespaceOf(load(`${specifier}`) as Module),
    },
    imports: () => [...all.values()].filter(({ source }) => source !== undefined),
  };
}

/** What `import *` gives: of a CommonJS module its properties, live, with the module itself as `default`. */
function namespaceOf(module: Module): Module {
  if (module?.__esModule) return module;
  const namespace: Module = {};
  for (const key of Object.getOwnPropertyNames(Object(module)))
    if (key !== "default")
      Object.defineProperty(namespace, key, { enumerable: true, get: () => module[key] });
  Object.defineProperty(namespace, "default", { enumerable: true, value: module });
  return namespace;
}
