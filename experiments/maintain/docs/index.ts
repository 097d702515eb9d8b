/** `npm run docs`: writes the page of the command line; the API reference is TypeDoc's, after it. */
import { packagePath } from "../../../lib/disk/packageRoot";
import { writeAtomically } from "../../../lib/disk/writeAtomically";
import { commandLinePage } from "./commandLine";

writeAtomically(packagePath("docs/command-line.md"), commandLinePage());
