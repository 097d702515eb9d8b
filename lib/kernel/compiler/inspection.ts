import ts from "typescript";
import type { PackageDocs } from "./packageDocs";

/** What is known of a name, or of the function whose call one writes: in TypeScript's words, and with its documentation. */
export type Inspection = Pick<ts.QuickInfo, "displayParts" | "documentation" | "tags">;

/** Where a cell is looked at. */
export interface InspectionPlace {
  service: ts.LanguageService;
  program: ts.Program;
  file: ts.SourceFile;
  position: number;
  docs: PackageDocs;
  isCell(path: string): boolean;
}

/** Of the name at a position; where none is, of the function between whose parentheses it stands. */
export function inspectAt(place: InspectionPlace): Inspection | undefined {
  return ofName(place) ?? ofCall(place);
}

function ofName({ service, program, file, position, docs, isCell }: InspectionPlace): Inspection | undefined {
  docs.restore(program.getTypeChecker(), file, position);
  const info = service.getQuickInfoAtPosition(file.fileName, position);
  if (info?.kind === ts.ScriptElementKind.unknown) return undefined; // a name that nobody has
  if (!info?.displayParts?.[1]?.text.includes("alias")) return info;
  const [definition] = service.getDefinitionAtPosition(file.fileName, position) ?? [];
  if (!definition || !isCell(definition.fileName)) return info;
  return service.getQuickInfoAtPosition(definition.fileName, definition.textSpan.start) ?? info;
}

function ofCall({ service, program, file, position, docs }: InspectionPlace): Inspection | undefined {
  const callee = calleeAround(file, position);
  if (!callee) return undefined;
  docs.restore(program.getTypeChecker(), file, callee.end);
  const help = service.getSignatureHelpItems(file.fileName, position, undefined);
  if (!help) return undefined;
  const item = help.items[help.selectedItemIndex];
  const { prefixDisplayParts, separatorDisplayParts, suffixDisplayParts, documentation, tags } = item;
  const between = item.parameters.flatMap(({ displayParts }, i) =>
    i > 0 ? [...separatorDisplayParts, ...displayParts] : displayParts,
  );
  const others = help.items.length - 1;
  const text = others > 0 ? ` (+${others} overload${others > 1 ? "s" : ""})` : "";
  const displayParts = [...prefixDisplayParts, ...between, ...suffixDisplayParts, { text, kind: "text" }];
  return { displayParts, documentation, tags };
}

/** The name of the function, or class, of the innermost call whose parentheses are around a position. */
function calleeAround(file: ts.SourceFile, position: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (position < node.pos || position > node.end) return;
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments) {
      if (position >= node.arguments.pos && position <= node.end) {
        const { expression } = node;
        found = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
      }
    } else if (
      ts.isFunctionLike(node) &&
      "body" in node &&
      node.body &&
      position > (node.body as ts.Node).pos
    )
      found = undefined;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
