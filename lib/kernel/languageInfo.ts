/** The cells' language, as the kernel tells Jupyter, which writes it into each notebook. */
export function languageInfo(): object {
  const typescript = require("typescript/package.json") as { version: string };
  return {
    name: "typescript",
    version: typescript.version,
    mimetype: "text/typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
    nbconvert_exporter: "script",
  };
}
