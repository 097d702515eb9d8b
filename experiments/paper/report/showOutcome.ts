import { DataFrame } from "danfojs-node";
import { asMarkdown, display } from "../../../lib/notebook/display";
import { listen } from "../../../lib/notebook/listen";
import { cellTexts } from "../../../lib/notebook/table";
import type { Outcome, Table } from "../shared/outcome";
import { holds } from "./findings";
import { findingsTable } from "./record";

/** Show an outcome under a notebook's cell: its table, what it says of the paper's claims, figures, and something to hear. */
export function showOutcome({ about, table, findings, figures, sounds, notes }: Outcome): void {
  display(asMarkdown(about), frame(table));
  if (findings.length > 0)
    display(frame(findingsTable(findings.map((finding) => ({ ...finding, holds: holds(finding) })))));
  for (const { figure } of figures) display(figure);
  if (sounds.length > 0) listen(Object.fromEntries(sounds.map(({ label, audio }) => [label, audio])));
  if (notes.length > 0) display(asMarkdown(notes.map((note) => `- ${note}`).join("\n")));
}

function frame(table: Table): DataFrame {
  return new DataFrame(cellTexts(table).rows, { columns: table.columns });
}
