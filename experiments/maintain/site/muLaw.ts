import type { Audio } from "../../../lib/audio/audio";

/**
 * A mono WAV file in mu-law: 8 bits a sample, half of 16-bit PCM, with noise that follows the sound.
 * Source: ITU-T G.711, table 2, as lib/audio/g711.ts reads it
 */
export function encodeMuLaw({ samples, sampleRate }: Audio): Uint8Array {
  const header = Buffer.alloc(58);
  header.write("RIFF", 0);
  header.writeUInt32LE(50 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(7, 20); // mu-law
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write("fact", 38);
  header.writeUInt32LE(4, 42);
  header.writeUInt32LE(samples.length, 46);
  header.write("data", 50);
  header.writeUInt32LE(samples.length, 54);
  return Buffer.concat([header, Uint8Array.from(samples, muLawByte)]);
}

const bias = 0x84;

function muLawByte(sample: number): number {
  const size = Math.min(32635, Math.round(Math.abs(sample) * 32768)) + bias;
  const exponent = Math.floor(Math.log2(size)) - 7;
  const mantissa = (size >> (exponent + 3)) & 15;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 255;
}
