import type { CompilerFiles } from "../../kernel/compiler/cellFiles";

/**
 * Declarations as a compiler reads them. A file of the lab's own below /lab/lib is the lab's whole: the bundle has one module for
 * all of them.
 * @param texts by path
 */
export function typeFiles(texts: Record<string, string>): CompilerFiles {
  const paths = Object.keys(texts);
  const ofLab = (path: string) => /^\/lab\/lib\/.+\.d\.ts$/.test(path) && !/\/index\.d\.ts$/.test(path);
  const readFile = (path: string) =>
    texts[path] ?? (ofLab(path) ? 'export * from "/lab/lib/index";\n' : undefined);
  return {
    libFolder: "/typescript",
    version: () => "1",
    fileExists: (path) => readFile(path) !== undefined,
    readFile,
    directoryExists: (path) => path.startsWith("/lab") || paths.some((file) => file.startsWith(`${path}/`)),
    getDirectories: () => [],
    readDirectory: () => [],
    realpath: (path) => path,
  };
}
