/**
 * Sinusoidal position embeddings: the first half of a vector holds cosines, the second half sines, wavelengths from
 * 2 pi to 10000 x 2 pi; an odd size ends in a zero. Reference: transformers, MusicgenSinusoidalPositionalEmbedding.
 * @returns [positions, size], row after row
 */
export function sinusoids(positions: number, size: number): Float32Array {
  const half = Math.floor(size / 2);
  const table = new Float32Array(positions * size);
  for (let i = 0; i < half; i++) {
    const frequency = Math.fround(Math.exp(i * Math.fround(-Math.log(10000) / (half - 1))));
    for (let p = 0; p < positions; p++) {
      const angle = Math.fround(p * frequency);
      table[p * size + i] = Math.cos(angle);
      table[p * size + half + i] = Math.sin(angle);
    }
  }
  return table;
}
