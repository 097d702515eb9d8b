import { gridLine, ink, meaning, palette } from "../../figures/theme";
import { type Look, secondsOf } from "./attentionMoment";
import { label, picture, place } from "./stillPicture";

/** What the picture needs of the view's state. */
export interface SeenMoment {
  seconds: number;
  promptSeconds: number;
  beat: number | null;
  peaks: number[];
  moment: number;
  frameRate: number;
  layer: number;
  head: number;
}

const [wide, edge, arcsHigh, waveHigh] = [640, 34, 96, 56];
const axis = arcsHigh + waveHigh + 8;
const profileTop = axis + 34;
const high = profileTop + 92;

/** Arcs from a moment over the waveform, and how far back the head looks on average, for where no script runs. */
export function arcsPicture(
  { seconds, promptSeconds, beat, peaks, moment, frameRate, layer, head }: SeenMoment,
  row: ArrayLike<number>,
  looks: Look[],
  back: ArrayLike<number>,
): string {
  const x = (at: number) => place(at, 0, seconds, edge, wide - 8);
  const middle = arcsHigh + waveHigh / 2;
  const parts: string[] = [];
  if (promptSeconds > 0)
    parts.push(
      `<rect x="${edge}" y="${arcsHigh}" width="${x(promptSeconds) - edge}" height="${waveHigh}" fill="${meaning.prompt}"/>`,
    );
  for (let at = 0, n = 0; beat && at < seconds; at += beat, n++)
    parts.push(
      `<path d="M${x(at)} ${axis - 8}v${n % 4 ? 4 : 8}" stroke="${ink}" stroke-opacity="${n % 4 ? 0.4 : 1}"/>`,
    );
  const wave = peaks.map((peak, i) => {
    const tall = Math.max(0.5, (Math.min(1, peak) * waveHigh) / 2);
    return `M${x(((i + 0.5) / peaks.length) * seconds)} ${(middle - tall).toFixed(1)}v${(2 * tall).toFixed(1)}`;
  });
  parts.push(`<path d="${wave.join("")}" stroke="${meaning.wave}" fill="none"/>`);
  const end = x(moment);
  for (let key = 1; key < row.length; key++) {
    if (row[key] < 0.004) continue;
    const from = x(secondsOf(key, frameRate));
    const top = arcsHigh - Math.min(arcsHigh - 4, 12 + (end - from) * 0.32);
    parts.push(
      `<path d="M${from} ${arcsHigh}Q${((from + end) / 2).toFixed(1)} ${(2 * top - arcsHigh).toFixed(1)} ${end} ${arcsHigh}" fill="none" ` +
        `stroke="${palette[0]}" stroke-width="1.5" stroke-opacity="${Math.min(1, 0.12 + 2.2 * Math.sqrt(row[key]) * 0.6).toFixed(2)}"/>`,
    );
  }
  for (const { seconds: at, share } of looks.filter(({ share }) => share >= 0.01))
    parts.push(label(x(at), arcsHigh + 11, `${Math.round(100 * share)} %`, "middle"));
  parts.push(`<path d="M${end} ${arcsHigh}V${axis - 8}" stroke="${ink}" stroke-width="1.5"/>`);
  const stride = [0.5, 1, 2, 5, 10].find((each) => seconds / each <= 12) ?? 20;
  for (let at = 0; at <= seconds; at += stride)
    parts.push(label(x(at), axis + 12, `${at} s`, x(at) > wide - 24 ? "end" : "middle"));
  parts.push(...profile(back, { frameRate, beat }));
  return picture(`what layer ${layer}, head ${head} looks at from ${moment.toFixed(2)} s`, high, parts, wide);
}

/** Mean share against seconds back, with a beat and a bar marked. */
function profile(
  back: ArrayLike<number>,
  { frameRate, beat }: Pick<SeenMoment, "frameRate" | "beat">,
): string[] {
  const count = Math.max(2, Math.floor(back.length * 0.75));
  const shares = Array.from({ length: count }, (_, n) => Math.sqrt(back[n]));
  const tallest = Math.max(...shares);
  const x = (at: number) => place(at, 0, count / frameRate, edge, wide - 8);
  const base = profileTop + 66;
  const d = shares.map((root, n) => `${x(n / frameRate)} ${place(root, 0, tallest, base, profileTop + 8)}`);
  const parts = [
    label(edge, profileTop - 2, "how far back, on average over the take (root of the share)", "start"),
    `<path d="M${edge} ${base}H${wide - 8}" stroke="${gridLine}"/>`,
    `<path d="M${d.join("L")}" fill="none" stroke="${palette[0]}" stroke-width="1.5"/>`,
    label(edge, base + 14, "0 s", "start"),
    label(wide - 8, base + 14, `${(count / frameRate).toFixed(1)} s back`, "end"),
  ];
  for (const [name, at] of beat
    ? ([
        ["a beat", beat],
        ["a bar", 4 * beat],
      ] as const)
    : []) {
    if (at > count / frameRate) continue;
    parts.push(`<path d="M${x(at)} ${profileTop + 6}V${base}" stroke="${ink}" stroke-dasharray="3 3"/>`);
    parts.push(label(x(at), base + 14, name, "middle"));
  }
  return parts;
}
