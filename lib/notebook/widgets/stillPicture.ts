import { fontFamily, gridLine, ink, meaning, paper, quietInk } from "../../figures/theme";
import { traitStyle } from "../../figures/traitStyle";
import { escapeHtml } from "../libraries";

/** What a monitor saw, for `curvesPicture`: points [seconds, share from 0 to 1]. */
export interface StillCurve {
  name: string;
  colour: string;
  points: [seconds: number, share: number][];
  threshold: [seconds: number, share: number][];
  bars: [seconds: number, share: number][];
}

const [wide, left, right] = [560, 34, 8];

/** Curves of C(t), thresholds and pushes over seconds, the prompt shaded, for where no script runs. */
export function curvesPicture(
  alt: string,
  curves: StillCurve[],
  { prompt, seconds }: { prompt: number; seconds: number },
): string {
  const [top, bottom, lane] = [8, 118, 16];
  const floor = bottom + 4 + lane * curves.length;
  const high = floor + 36 + 16 * Math.ceil(curves.length / 2);
  const x = (at: number) => place(at, 0, seconds, left, wide - right);
  const y = (share: number) => place(share, 0, 1, bottom, top);
  const shade =
    prompt > 0 ? [`<path d="M${left} ${top}H${x(prompt)}V${floor}H${left}" fill="${meaning.prompt}"/>`] : [];
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<path d="M${left} ${y(share)}H${wide - right}" stroke="${gridLine}"/>` +
      label(left - 4, y(share) + 4, String(share).replace("0.", "."), "end"),
  );
  const lines = curves.flatMap(({ colour, points, threshold, bars }, t) => {
    const way = (all: [number, number][]) => all.map(([at, share]) => `${x(at)} ${y(share)}`).join("L");
    const base = bottom + 4 + lane * (t + 1) - 1;
    const width = Math.max(1, points.length > 1 ? x(points[1][0]) - x(points[0][0]) : 1);
    const pushes = bars
      .filter(([, share]) => share !== 0)
      .map(([at, share]) => `M${x(at)} ${base}v${-place(Math.min(1, Math.abs(share)), 0, 1, 1, lane - 4)}`);
    return [
      `<path d="M${way(points)}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...(threshold.length > 0
        ? [`<path d="M${way(threshold)}" fill="none" stroke="${colour}" stroke-dasharray="5 4"/>`]
        : []),
      `<path d="${pushes.join("")}" stroke="${colour}" stroke-width="${width}"/>`,
    ];
  });
  const words = [
    label(left - 4, y(0.75) + 4, "C(t)", "end"),
    label(left - 4, bottom + 4 + lane - 4, "push", "end"),
    label(left, floor + 14, "0 s", "start"),
    label(wide - right, floor + 14, `${seconds.toFixed(1)} s`, "end"),
    ...(prompt > 0 && x(prompt) - left > 44 ? [label(left + 4, top + 12, "prompt", "start")] : []),
    label(wide / 2, floor + 14, "line: C(t), dashed: threshold, bars: push", "middle"),
    ...curves.map(({ name, colour }, t) => {
      const [at, down] = [left + (t % 2) * 260, floor + 32 + 16 * Math.floor(t / 2)];
      return `<path d="M${at} ${down - 4}h14" stroke="${colour}" stroke-width="3"/>${label(at + 20, down, name, "start")}`;
    }),
  ];
  return picture(alt, high, [...shade, ...grid, ...lines, ...words]);
}

/** Clips in the plane of a head: filled with the trait, hollow without. */
export interface StillPoints {
  trait: string;
  points: [along: number, across: number, kind: number][];
  /** Of every clip, the other one of its pair; -1 where there is none. */
  partner: number[];
  boundary: number | null;
}

/** Points of two kinds in a plane, pairs joined, with an upright line between the kinds, for where no script runs. */
export function pointsPicture(alt: string, { trait, points, partner, boundary }: StillPoints): string {
  const [high, edge, floor] = [400, 28, 340];
  const x = scale(points.map(([along]) => along).concat(boundary ?? []), edge + 10, wide - edge);
  const y = scale(
    points.map(([, across]) => across),
    floor,
    edge,
  );
  const pairs = partner.flatMap((other, clip) =>
    other > clip
      ? [`M${x(points[clip][0])} ${y(points[clip][1])}L${x(points[other][0])} ${y(points[other][1])}`]
      : [],
  );
  const dot = (at: number, down: number, kind: number) => {
    const colour = kind ? traitStyle(trait).light : meaning.without;
    return `<circle cx="${at}" cy="${down}" r="5" fill="${kind ? colour : paper}" stroke="${colour}" stroke-width="1.5"/>`;
  };
  const line =
    boundary === null
      ? []
      : [`<path d="M${x(boundary)} 14V${floor + 10}" stroke="${ink}" stroke-dasharray="5 4"/>`];
  const words = [
    label(wide / 2, floor + 28, `along the probe's direction: more ${trait} to the right`, "middle"),
    `<text x="14" y="${floor / 2}" fill="${quietInk}" text-anchor="middle" transform="rotate(-90 14 ${floor / 2})">across it</text>`,
    dot(edge + 10, floor + 46, 1) + label(edge + 22, floor + 50, `with ${trait}`, "start"),
    dot(edge + 130, floor + 46, 0) + label(edge + 142, floor + 50, `without ${trait}`, "start"),
    label(edge + 245, floor + 50, "joined: the same song; dashed: the probe's boundary", "start"),
  ];
  const joined = `<path d="${pairs.join("")}" stroke="${quietInk}" stroke-opacity=".5"/>`;
  return picture(alt, high, [
    joined,
    ...line,
    ...points.map(([a, b, kind]) => dot(x(a), y(b), kind)),
    ...words,
  ]);
}

/** From values to pixels, from the least to the most. */
function scale(values: number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) => place(value, low, high, from, to);
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
  return `<text x="${x}" y="${y}" fill="${quietInk}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
}

/** From a value to pixels, to a tenth. */
export function place(value: number, low: number, high: number, from: number, to: number): number {
  return Math.round(10 * (from + ((value - low) / (high - low || 1)) * (to - from))) / 10;
}
