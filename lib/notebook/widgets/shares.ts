/** A share in whole percent, without the sign: "43". */
export function wholePercent(share: number): string {
  return String(Math.round(100 * share));
}

/** A number from -1 to 1 in hundredths, without the zero before the point: ".43". */
export function hundredths(value: number): string {
  return value.toFixed(2).replace(/^(-?)0\./, "$1.");
}
