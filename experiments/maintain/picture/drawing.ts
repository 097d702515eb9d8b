import { sequential } from "../../../lib/figures/theme";
import type { Envelope } from "../../../lib/figures/waveform";

/** Colours for one kind of page. */
export interface PictureTheme {
  text: string;
  quiet: string;
  line: string;
  shade: string;
  none: string;
  smitin: string;
}

/** A take as it is drawn: its waveform, and what its monitor saw in its new frames. */
export interface DrawnTake {
  wave: Envelope;
  trace: { monitor: ArrayLike<number>; strength: ArrayLike<number>; threshold: number };
}

export interface PictureData {
  heads: { layer: number; head: number; accuracy: number }[];
  best: { layer: number; head: number; accuracy: number };
  none: DrawnTake;
  steered: DrawnTake;
  promptSeconds: number;
  /** Of a whole take. */
  seconds: number;
}

const width = 1080;
const height = 430;
const cell = 40;
const grid = { x: 44, y: 84 };
const plot = { x: 500, width: 556 };

/** The head grid at the left; at the right both waveforms over one another, and C(t) with threshold and pushes below. */
export function picture(data: PictureData, theme: PictureTheme): string {
  const title = `Which attention heads know of drums, and the same music without and with SMITIN`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}" font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13">
<title>${title}</title>
${headGrid(data, theme)}
${takes(data, theme)}
</svg>
`;
}

function headGrid({ heads, best }: PictureData, theme: PictureTheme): string {
  const rows = 1 + Math.max(...heads.map(({ layer }) => layer));
  const columns = 1 + Math.max(...heads.map(({ head }) => head));
  const place = ({ layer, head }: { layer: number; head: number }) => ({
    x: grid.x + head * cell,
    y: grid.y + (rows - 1 - layer) * cell,
  });
  const cells = heads.map((one) => {
    const { x, y } = place(one);
    const label = text(x + cell / 2 - 1, y + cell / 2 + 4, `${Math.round(100 * one.accuracy)}`, {
      fill: one.accuracy > 0.8 ? "#1f2328" : "#ffffff",
      "font-size": 12,
      "text-anchor": "middle",
    });
    return `<rect x="${x}" y="${y}" width="${cell - 2}" height="${cell - 2}" rx="3" fill="${viridis(one.accuracy)}"/>${label}`;
  });
  const { x, y } = place(best);
  const bottom = grid.y + rows * cell;
  return [
    heading(
      grid.x - 22,
      "Which heads know that drums play?",
      "accuracy of a probe on every head, in %",
      theme,
    ),
    ...cells,
    `<rect x="${x - 2}" y="${y - 2}" width="${cell + 2}" height="${cell + 2}" rx="5" fill="none" stroke="${theme.text}" stroke-width="2"/>`,
    text(grid.x + (columns * cell) / 2, bottom + 18, "head", { fill: theme.quiet, "text-anchor": "middle" }),
    text(grid.x - 10, grid.y + (rows * cell) / 2, "layer", {
      fill: theme.quiet,
      "text-anchor": "middle",
      transform: `rotate(-90 ${grid.x - 10} ${grid.y + (rows * cell) / 2})`,
    }),
  ].join("\n");
}

function takes({ none, steered, promptSeconds, seconds }: PictureData, theme: PictureTheme): string {
  const at = (second: number) => plot.x + (plot.width * second) / seconds;
  const from = at(promptSeconds);
  const limit = Math.max(
    ...[none, steered].flatMap(({ wave }) => [...wave.high, ...wave.low.map((low) => -low)]),
  );
  const monitor = { top: 262, height: 92 };
  const level = (c: number) => monitor.top + monitor.height * (1 - c);
  const curve = ({ trace }: DrawnTake, colour: string) => {
    const points = Array.from(trace.monitor, (c, i) => {
      return `${one(from + ((plot.x + plot.width - from) * (i + 0.5)) / trace.monitor.length)},${one(level(c))}`;
    });
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-linejoin="round"/>`;
  };
  const pushes = Array.from(steered.trace.strength, (strength, i) => {
    if (strength === 0) return "";
    const x = from + ((plot.x + plot.width - from) * (i + 0.5)) / steered.trace.strength.length;
    return `<line x1="${one(x)}" x2="${one(x)}" y1="386" y2="${one(386 - 18 * strength)}" stroke="${theme.smitin}" stroke-width="2"/>`;
  });
  const threshold = level(steered.trace.threshold);
  const left = plot.x - 14;
  const label = (y: number, words: string, fill: string) =>
    text(left, y, words, { fill, "text-anchor": "end" });
  return [
    heading(
      plot.x - 110,
      "Push those heads while the model plays",
      "the same prompt and seed, without and with SMITIN",
      theme,
    ),
    `<rect x="${plot.x}" y="84" width="${one(from - plot.x)}" height="302" fill="${theme.shade}" rx="3"/>`,
    text(plot.x + 8, 100, "prompt: piano alone", { fill: theme.quiet, "font-size": 12 }),
    wave(none, { y: 132, limit, at }, theme.none),
    label(136, "unsteered", theme.none),
    wave(steered, { y: 208, limit, at }, theme.smitin),
    label(204, "with SMITIN,", theme.smitin),
    label(220, "drums come in", theme.smitin),
    `<line x1="${plot.x}" x2="${plot.x + plot.width}" y1="${one(threshold)}" y2="${one(threshold)}" stroke="${theme.quiet}" stroke-dasharray="5 4"/>`,
    text(plot.x + 8, one(threshold - 6), "threshold", { fill: theme.quiet, "font-size": 12 }),
    curve(none, theme.none),
    curve(steered, theme.smitin),
    label(300, "“drums?”, as the", theme.text),
    label(316, "probes hear it", theme.text),
    ...pushes,
    label(384, "pushes", theme.text),
    `<line x1="${plot.x}" x2="${plot.x + plot.width}" y1="386.5" y2="386.5" stroke="${theme.line}"/>`,
    ...Array.from({ length: seconds + 1 }, (_, second) =>
      text(one(at(second)), 404, `${second}${second === seconds ? " s" : ""}`, {
        fill: theme.quiet,
        "font-size": 12,
        "text-anchor": "middle",
      }),
    ),
  ].join("\n");
}

function wave(
  { wave }: DrawnTake,
  { y, limit, at }: { y: number; limit: number; at: (second: number) => number },
  colour: string,
): string {
  const scale = 32 / limit;
  const upper = wave.high.map((high, i) => `${one(at(wave.time[i]))},${one(y - scale * high - 0.4)}`);
  const lower = wave.low.map((low, i) => `${one(at(wave.time[i]))},${one(y - scale * low + 0.4)}`).reverse();
  return `<polygon points="${[...upper, ...lower].join(" ")}" fill="${colour}"/>`;
}

function heading(x: number, title: string, subtitle: string, theme: PictureTheme): string {
  return [
    text(x, 32, title, { fill: theme.text, "font-size": 17, "font-weight": 600 }),
    text(x, 54, subtitle, { fill: theme.quiet }),
  ].join("\n");
}

function text(
  x: number | string,
  y: number | string,
  words: string,
  attributes: Record<string, string | number>,
): string {
  const list = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  return `<text x="${x}" y="${y}"${list.join("")}>${words}</text>`;
}

/** The figures' colour of an accuracy from .5 to 1, between the scale's two nearest stops. */
function viridis(accuracy: number): string {
  const share = Math.min(1, Math.max(0, (accuracy - 0.5) / 0.5)) * (sequential.length - 1);
  const low = Math.min(sequential.length - 2, Math.floor(share));
  const [a, b] = [low, low + 1].map((stop) => channels(sequential[stop][1]));
  return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * (share - low))).join(", ")})`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function one(value: number): string {
  return value.toFixed(1);
}
