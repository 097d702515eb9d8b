import { canvas } from "./canvas";
import type { TakeOnPage } from "./take";

export interface FrameView {
  take?: TakeOnPage;
  row: 0 | 1;
  /** The frame that sounds now, counted from the take's beginning. */
  frame: number;
  vocabulary: number;
}

/**
 * The tokens around the playhead as the model writes them: codebook k stands k columns later (the delay pattern). The column that
 * is being written is framed.
 */
export function createTokensPicture(view: () => FrameView, height: number, columnWidth: number) {
  return canvas(
    height,
    "Tokens, four codebooks, each one column later than the one above",
    (context, width, _, ink) => {
      const { take, row, frame, vocabulary } = view();
      if (!take) return;
      const codebooks = take.prompt.length;
      const promptFrames = take.prompt[0].length;
      const tall = Math.floor(height / codebooks);
      const visible = Math.floor(width / columnWidth);
      const now = Math.floor(visible * 0.75);
      for (let column = 0; column < visible; column++) {
        for (let k = 0; k < codebooks; k++) {
          const at = frame - now + column - k;
          if (at < 0) continue;
          const token = at < promptFrames ? take.prompt[k][at] : take.columns[row][at - promptFrames]?.[k];
          if (token === undefined) continue;
          // a grey a token, for nothing is measured here; what is made already but not heard yet is paler
          context.globalAlpha = (0.08 + (0.92 * token) / vocabulary) * (column > now ? 0.35 : 1);
          context.fillStyle = at < promptFrames ? ink.quiet : ink.text;
          context.fillRect(column * columnWidth, k * tall, columnWidth - 1, tall - 1);
        }
      }
      context.globalAlpha = 1;
      context.strokeStyle = ink.text;
      context.lineWidth = 2;
      context.strokeRect(now * columnWidth - 1, 1, columnWidth + 1, codebooks * tall - 2);
    },
  );
}
