import { fontFamily, gridLine, ink, meaning, paper, quietInk } from "../../figures/theme";
import { escapeHtml } from "../libraries";

/** One line of `curvesPicture`: points [seconds, share from 0 to 1]. */
export interface StillCurve {
  colour: string;
  points: [seconds: number, share: number][];
  isDashed?: boolean;
}

const [wide, edge] = [560, 28];

/** Curves from 0 to 1 over seconds, for where no script runs. */
export function curvesPicture(alt: string, curves: StillCurve[], seconds: number): string {
  const high = 150;
  const x = (at: number) => place(at, 0, seconds, edge, wide - 8);
  const y = (share: number) => place(share, 0, 1, high - edge + 6, 8);
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<path d="M${edge} ${y(share)}H${wide - 8}" stroke="${gridLine}"/>` +
      label(edge - 4, y(share) + 4, String(share), "end"),
  );
  const lines = curves.map(({ colour, points, isDashed }) => {
    const d = points.map(([at, share]) => `${x(at)} ${y(share)}`).join("L");
    const dashes = isDashed ? ' stroke-dasharray="5 4"' : ' stroke-width="2"';
    return `<path d="M${d}" fill="none" stroke="${colour}"${dashes}/>`;
  });
  const ends = [
    label(edge, high - 6, "0 s", "start"),
    label(wide - 8, high - 6, `${seconds.toFixed(1)} s`, "end"),
  ];
  return picture(alt, high, [...grid, ...lines, ...ends]);
}

/** Points of two kinds in a plane, with an upright line between them, for where no script runs. */
export function pointsPicture(
  alt: string,
  points: [x: number, y: number, kind: number][],
  boundary: number | null,
): string {
  const high = 380;
  const across = points.map(([x]) => x).concat(boundary ?? []);
  const up = points.map(([, y]) => y);
  const x = (at: number) => place(at, Math.min(...across), Math.max(...across), edge, wide - edge);
  const y = (at: number) => place(at, Math.min(...up), Math.max(...up), high - edge, edge);
  const dots = points.map(([a, b, kind]) => {
    const colour = kind ? meaning.with : meaning.without;
    return `<circle cx="${x(a)}" cy="${y(b)}" r="5" fill="${colour}" fill-opacity=".55" stroke="${colour}"/>`;
  });
  const line =
    boundary === null
      ? []
      : [`<path d="M${x(boundary)} 14V${high - 14}" stroke="${ink}" stroke-dasharray="5 4"/>`];
  return picture(alt, high, [...line, ...dots]);
}

/** A drawing as an image that stands on its own. @param parts its elements, `across` x `high` pixels */
export function picture(alt: string, high: number, parts: string[], across = wide): string {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${high}" viewBox="0 0 ${across} ${high}" ` +
    `font-family="${fontFamily}" font-size="11"><rect width="100%" height="100%" fill="${paper}"/>${parts.join("")}</svg>`;
  const data = Buffer.from(svg).toString("base64");
  return `<img alt="${escapeHtml(alt)}" src="data:image/svg+xml;base64,${data}" style="max-width:100%">`;
}

export function label(x: number, y: number, text: string, anchor: string): string {
  return `<text x="${x}" y="${y}" fill="${quietInk}" text-anchor="${anchor}">${text}</text>`;
}

/** From a value to pixels, to a tenth. */
export function place(value: number, low: number, high: number, from: number, to: number): number {
  return Math.round(10 * (from + ((value - low) / (high - low || 1)) * (to - from))) / 10;
}
