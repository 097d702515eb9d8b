/** `node:util` as a page has it: values are written as Node.js writes them. */
export { format, formatWithOptions, inspect, stripVTControlCharacters } from "node-inspect-extracted";
