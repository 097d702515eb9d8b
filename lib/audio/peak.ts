/**
 * Where a parabola through three values, one step apart, has its top: in steps from the middle one, at most half a step away;
 * 0 when it has none.
 */
export function peakOffset(before: number, at: number, after: number): number {
  const curve = before - 2 * at + after;
  return curve < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * curve))) : 0;
}
