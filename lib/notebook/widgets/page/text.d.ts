declare module "*.css" {
  const text: string;
  export default text;
}

/** A script as text, as the bundler puts it into a widget's module. */
declare module "*/pageLibraries.js" {
  const text: string;
  export default text;
}
