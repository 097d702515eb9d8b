import ts from "typescript";

/** The files that a compiler reads: of a disk, or of a page. */
export interface CompilerFiles
  extends Pick<
    ts.System,
    "fileExists" | "readFile" | "directoryExists" | "getDirectories" | "readDirectory" | "realpath"
  > {
  /** where TypeScript's own `lib.*.d.ts` are */
  libFolder: string;
  /** changes when the file does */
  version(path: string): string;
}

/** One folder's cells as TypeScript's language service has them: files beside those that they import. */
export interface CellFiles {
  service: ts.LanguageService;
  /** Put a file there that is nowhere else, or replace it. */
  put(path: string, text: string): void;
  /** Whether such a file is there, and its text. */
  text(path: string): string | undefined;
  /** Look at all files anew, also where some were missing. */
  restart(): void;
  close(): void;
}

/**
 * @param rootPath a file whose imports are all there is
 * @param read how a file's text is read
 */
export function createCellFiles(
  files: CompilerFiles,
  folder: string,
  options: ts.CompilerOptions,
  rootPath: string,
  read: (path: string) => string | undefined,
): CellFiles {
  const registry = ts.createDocumentRegistry(true, folder);
  const virtual = new Map<string, { text: string; version: number }>();
  const snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  let resolutions = ts.createModuleResolutionCache(folder, (path) => path, options);
  let versions = 0;

  const version = (path: string) => {
    const own = virtual.get(path);
    return own ? `cell ${own.version}` : files.version(path);
  };
  // with a cache of its own (the language service has one for each program), which it is not told in public
  const host: ts.LanguageServiceHost & { getModuleResolutionCache(): ts.ModuleResolutionCache } = {
    getModuleResolutionCache: () => resolutions,
    resolveModuleNameLiterals: (literals, containing, redirected, settings, file) =>
      literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(file, literal, settings);
        return ts.resolveModuleName(literal.text, containing, settings, host, resolutions, redirected, mode);
      }),
    getCompilationSettings: () => options,
    getScriptFileNames: () => [rootPath],
    getScriptVersion: version,
    getScriptSnapshot(path) {
      const now = version(path);
      const before = snapshots.get(path);
      if (before?.version === now) return before.snapshot;
      const text = virtual.get(path)?.text ?? read(path);
      if (text === undefined) return undefined;
      const snapshot = ts.ScriptSnapshot.fromString(text);
      snapshots.set(path, { version: now, snapshot });
      return snapshot;
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (settings) => `${files.libFolder}/${ts.getDefaultLibFileName(settings)}`,
    useCaseSensitiveFileNames: () => true,
    fileExists: (path) => virtual.has(path) || files.fileExists(path),
    readFile: (path) => virtual.get(path)?.text ?? read(path),
    directoryExists: files.directoryExists,
    getDirectories: files.getDirectories,
    readDirectory: files.readDirectory,
    realpath: (path) => (virtual.has(path) ? path : (files.realpath?.(path) ?? path)),
  };
  let service = ts.createLanguageService(host, registry);
  return {
    get service() {
      return service;
    },
    put: (path, text) => {
      if (virtual.get(path)?.text !== text) virtual.set(path, { text, version: versions++ });
    },
    text: (path) => virtual.get(path)?.text,
    restart() {
      const before = service;
      resolutions = ts.createModuleResolutionCache(folder, (path) => path, options);
      service = ts.createLanguageService(host, registry);
      service.getProgram(); // takes what has been read, before the one before lets go of it
      before.dispose();
    },
    close: () => service.dispose(),
  };
}
