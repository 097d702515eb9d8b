/**
 * A sample of telephone sound in mu-law, 14 bits squeezed into 8, scaled to [-1, 1].
 * Source: ITU-T G.711, table 2; scaled as 16 bits, as libsndfile and SoX do.
 */
export function muLaw(byte: number): number {
  const [sign, exponent, mantissa] = parts(~byte);
  const size = (((mantissa << 3) + 0x84) << exponent) - 0x84;
  return (sign * size) / 32768;
}

/** A sample in A-law, 13 bits squeezed into 8, scaled to [-1, 1]. Source: ITU-T G.711, table 1. */
export function aLaw(byte: number): number {
  const [sign, exponent, mantissa] = parts(byte ^ 0x55);
  const size = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
  return (-sign * size) / 32768;
}

/** Sign bit (set: -1), three bits of exponent, four of mantissa. */
function parts(byte: number): [sign: number, exponent: number, mantissa: number] {
  return [byte & 0x80 ? -1 : 1, (byte >> 4) & 7, byte & 15];
}
