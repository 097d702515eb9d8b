const binsPerSecond = 100;

/** The waveforms of takes while their sound comes in, and where they are over full scale. */
export interface Peaks {
  begin(): void;
  add(rows: Float32Array[]): void;
  /** Samples of a row over full scale: what clips. */
  clipped(row: number): number;
  paint(
    context: CanvasRenderingContext2D,
    row: number,
    place: { x(seconds: number): number; height: number; theme: { wave: string; warm: string } },
  ): void;
}

export function createPeaks(sampleRate: number): Peaks {
  const perBin = Math.max(1, Math.round(sampleRate / binsPerSecond));
  let peaks: number[][] = []; // of every row, the largest |sample| of each bin
  let counts: number[] = [];
  let over: number[] = [];
  return {
    begin() {
      [peaks, counts, over] = [[], [], []];
    },
    add(rows) {
      for (const [row, samples] of rows.entries()) {
        peaks[row] ??= [];
        counts[row] ??= 0;
        over[row] ??= 0;
        for (const sample of samples) {
          const bin = Math.floor(counts[row]++ / perBin);
          const size = Math.abs(sample);
          peaks[row][bin] = Math.max(peaks[row][bin] ?? 0, size);
          if (size > 1) over[row]++;
        }
      }
    },
    clipped: (row) => over[row] ?? 0,
    paint(context, row, { x, height, theme }) {
      const width = Math.max(1, x(perBin / sampleRate) - x(0) - 0.3);
      for (const [bin, peak] of (peaks[row] ?? []).entries()) {
        const tall = Math.max(1, Math.min(1, peak) * height);
        context.fillStyle = peak > 1 ? theme.warm : theme.wave;
        context.fillRect(x((bin * perBin) / sampleRate), (height - tall) / 2, width, tall);
      }
    },
  };
}
