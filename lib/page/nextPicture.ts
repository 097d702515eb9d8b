import { canvas } from "./canvas";
import type { FrameView } from "./tokensPicture";

/** The likeliest next tokens of the first codebook at the playhead, as bars; the one that was drawn is filled. */
export function createNextPicture(view: () => FrameView, height: number, count: number, hasNames: boolean) {
  return canvas(height, "The likeliest next tokens of codebook 1, in percent", (context, width, _, ink) => {
    const { take, row, frame } = view();
    const at = take ? frame - take.prompt[0].length : -1;
    const next = row === 0 && at >= 0 ? take?.next[Math.min(at, take.next.length - 1)] : undefined;
    const [foot, head] = hasNames ? [20, 16] : [0, 0];
    const wide = width / count;
    const bar = (i: number, tall: number, colour: string) => {
      context.fillStyle = colour;
      context.fillRect(i * wide + 1, height - foot - tall, Math.max(1, wide - 2), tall);
    };
    if (!next) {
      context.fillStyle = ink.quiet;
      if (hasNames) context.fillText(waiting(row, take?.number), 0, 24);
      else for (let i = 0; i < count; i++) bar(i, Math.max(1, (height - 4) * 0.6 ** i), ink.line);
      return;
    }
    const drawn = take?.columns[0][at]?.[0];
    for (let i = 0; i < Math.min(count, next.token.length); i++) {
      const share = next.probability[i] / Math.max(0.05, next.probability[0]);
      bar(i, Math.max(1, share * (height - foot - head)), next.token[i] === drawn ? ink.accent : ink.wave);
      if (!hasNames) continue;
      context.fillStyle = ink.quiet;
      context.textAlign = "center";
      const middle = (i + 0.5) * wide;
      if (wide > 34) {
        context.fillText(String(next.token[i]), middle, height - 4);
        context.fillText(
          `${Math.round(100 * next.probability[i])} %`,
          middle,
          height - foot - share * (height - foot - head) - 4,
        );
      }
      context.textAlign = "left";
    }
  });
}

function waiting(row: 0 | 1, number: number | undefined): string {
  if (row === 1) return "Shown for the steered take: press B.";
  return number
    ? "Here come the bars as soon as new music sounds."
    : "Shown once the model makes music itself: press Play.";
}
