/** What a head looks at in one moment: where, in seconds of the take, and how much of its attention goes there. */
export interface Look {
  seconds: number;
  share: number;
}

/** Seconds that count as the moment itself. */
export const now = 0.12;

/** Seconds that belong to one place: shares nearer to each other are one look. */
const near = 0.2;

/** The second of a position: that of the frame which codebook 0 has just read. */
export const secondsOf = (position: number, frameRate: number) => Math.max(0, position - 1) / frameRate;

/** The position at a second, the start token's left out. */
export function positionAt(seconds: number, frameRate: number, positions: number): number {
  return Math.max(1, Math.min(positions - 1, Math.round(seconds * frameRate) + 1));
}

/** Share of the moment itself: the last `now` seconds. @param row shares of positions, up to the moment's own */
export function shareNow(row: ArrayLike<number>, position: number, frameRate: number): number {
  let sum = 0;
  for (let key = Math.max(1, position - Math.round(now * frameRate)); key <= position; key++) sum += row[key];
  return sum;
}

/** The places further back that a head looks at most, strongest first, each with all that is near it. */
export function looksBack(row: ArrayLike<number>, position: number, frameRate: number, most = 3): Look[] {
  const left = Float32Array.from(row);
  const last = position - Math.round(now * frameRate) - 1;
  const reach = Math.round((near * frameRate) / 2);
  const looks: Look[] = [];
  while (looks.length < most) {
    let best = 1;
    for (let key = 1; key <= last; key++) if (left[key] > left[best]) best = key;
    if (last < 1 || left[best] <= 0) break;
    let share = 0;
    for (let key = Math.max(1, best - reach); key <= Math.min(last, best + reach); key++) {
      share += left[key];
      left[key] = 0;
    }
    looks.push({ seconds: secondsOf(best, frameRate), share });
  }
  return looks.sort((a, b) => b.share - a.share);
}

/** What is looked at, in a sentence. */
export function tellMoment(row: ArrayLike<number>, position: number, frameRate: number): string {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const back = looksBack(row, position, frameRate).filter(({ share }) => share >= 0.01);
  const rest = back.map(({ seconds, share }) => `${percent(share)} at ${seconds.toFixed(1)} s`).join(", ");
  const here = percent(shareNow(row, position, frameRate));
  const what = `At ${secondsOf(position, frameRate).toFixed(2)} s: ${here} on the last ${now} s`;
  return rest ? `${what}; further back ${rest}` : what;
}
