import { sequential } from "../../figures/theme";
import { escapeHtml } from "../libraries";

/** A cell of a coloured table: where its value lies between dark and light, and what it says. */
export interface StillCell {
  /** 0 to 1 */
  share: number;
  text: string;
  isChosen?: boolean;
}

/** A grid of values as an HTML table in colours, for where no script runs. */
export function gridTable(
  caption: string,
  columns: string[],
  rows: { name: string; cells: (StillCell | undefined)[] }[],
): string {
  const head = `<tr><th></th>${columns.map((name) => `<th>${escapeHtml(name)}</th>`).join("")}</tr>`;
  const body = rows.map(
    ({ name, cells }) => `<tr><th>${escapeHtml(name)}</th>${cells.map(td).join("")}</tr>`,
  );
  return (
    `<table style="border-collapse:separate;border-spacing:1px;font-size:11px">` +
    `<caption style="text-align:left;white-space:nowrap">${escapeHtml(caption)}</caption>${head}${body.join("")}</table>`
  );
}

function td(cell: StillCell | undefined): string {
  if (!cell) return "<td></td>";
  const { share, text, isChosen } = cell;
  const style =
    `background:${colourOf(share)};color:${share > 0.55 ? "#14171a" : "#ffffff"};text-align:center` +
    (isChosen ? ";outline:2px solid #d55e00;outline-offset:-2px" : "");
  return `<td style="${style}">${escapeHtml(text)}</td>`;
}

function colourOf(share: number): string {
  const place = Math.round(Math.max(0, Math.min(1, share)) * (sequential.length - 1));
  return sequential[place][1];
}
