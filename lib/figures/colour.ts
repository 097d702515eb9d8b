/** Colours as `#rrggbb`. */

/** How much two colours stand out from each other, 1 to 21. Source: WCAG 2.2, contrast ratio. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Relative luminance, 0 to 1. Source: WCAG 2.2. */
export function luminance(colour: string): number {
  return weigh(channels(colour).map(toLinear));
}

/** Of linear red, green and blue. */
export function weigh([r, g, b]: number[]): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The first colour with a share of the second, from 0 to 1. */
export function mixed(first: string, second: string, share: number): string {
  const [from, to] = [channels(first), channels(second)];
  return hexOf(from.map((value, i) => Math.round(value + (to[i] - value) * share)));
}

/** Shades of a colour from light to dark, itself among them; all stand out from white by 3, if it does. */
export function shades(colour: string, count: number): string[] {
  if (count === 1) return [colour];
  const steps = Array.from({ length: 21 }, (_, i) => mixed(colour, "#ffffff", i / 20));
  const lightest = steps.filter((shade) => contrast(shade, "#ffffff") >= 3).at(-1) ?? colour;
  const darkest = mixed(colour, "#000000", 0.45);
  const own = Math.floor((count - 1) / 2);
  return Array.from({ length: count }, (_, i) =>
    i < own
      ? mixed(colour, lightest, (own - i) / own)
      : mixed(colour, darkest, (i - own) / (count - 1 - own)),
  );
}

/** Red, green and blue, 0 to 255. */
export function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

export function hexOf(values: number[]): string {
  return `#${values.map((value) => Math.min(255, value).toString(16).padStart(2, "0")).join("")}`;
}

/** 0 to 255 to linear light, 0 to 1, and back. */
export function toLinear(value: number): number {
  const c = value / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

export function fromLinear(value: number): number {
  return 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
}
