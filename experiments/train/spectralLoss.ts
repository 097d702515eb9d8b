import { melFilterbank } from "../../lib/audio/spectrum";
import { tf } from "../../lib/engine";

/** Window lengths with their number of mel bands; the hop is a quarter of the window. */
const SCALES = [
  { window: 256, mels: 20 },
  { window: 512, mels: 40 },
  { window: 1024, mels: 64 },
  { window: 2048, mels: 80 },
];
const FLOOR = 3e-3;

interface Scale {
  window: number;
  cosine: tf.Tensor2D; // [window, window / 2 + 1]
  sine: tf.Tensor2D;
  mel: tf.Tensor2D; // [window / 2 + 1, mels]
}

/**
 * Multi-scale spectral distance: L1 of log-mel spectra plus half the relative L1 of linear-mel spectra, the mean over
 * two of four window lengths, the other two at the next step. The STFT is a matmul with the windowed DFT matrix (so it has a gradient on every engine),
 * divided by half the window's sum.
 * @returns (y, x, step) -> scalar for y, x [batch, samples], samples a multiple of 512
 */
export function spectralLoss(rate: number): (y: tf.Tensor2D, x: tf.Tensor2D, step: number) => tf.Scalar {
  const scales = SCALES.map(({ window, mels }) => makeScale(window, mels, rate));
  return (y, x, step) => {
    const chosen = scales.filter((_, i) => i % 2 === step % 2);
    const losses = chosen.map((scale) => {
      const melY = melSpectrum(y, scale);
      const melX = melSpectrum(x, scale);
      const logarithmic = tf.mean(tf.abs(tf.log(melY.add(FLOOR)).sub(tf.log(melX.add(FLOOR)))));
      const linear = tf.mean(tf.abs(melY.sub(melX))).div(tf.mean(melX).add(1e-4));
      return logarithmic.add(linear.mul(0.5)) as tf.Scalar;
    });
    return tf.addN(losses).div(losses.length) as tf.Scalar;
  };
}

function melSpectrum(x: tf.Tensor2D, { window, cosine, sine, mel }: Scale): tf.Tensor {
  const [batch, samples] = x.shape;
  const hop = window / 4;
  const hops = samples / hop;
  const blocks = x.reshape([batch, hops, hop]);
  const shifted = [0, 1, 2, 3].map((k) => blocks.slice([0, k, 0], [batch, hops - 3, hop]));
  const frames = tf.concat(shifted, 2).reshape([-1, window]) as tf.Tensor2D; // [batch * (hops - 3), window]
  const power = tf.square(tf.matMul(frames, cosine)).add(tf.square(tf.matMul(frames, sine)));
  return tf.matMul(tf.sqrt(power.add(1e-6)), mel as tf.Tensor); // [batch * (hops - 3), mels]
}

function makeScale(window: number, mels: number, rate: number): Scale {
  const bins = window / 2 + 1;
  const cosine = new Float32Array(window * bins);
  const sine = new Float32Array(window * bins);
  for (let t = 0; t < window; t++) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * t) / window);
    for (let f = 0; f < bins; f++) {
      const angle = (2 * Math.PI * ((t * f) % window)) / window;
      cosine[t * bins + f] = ((hann * Math.cos(angle)) / window) * 4;
      sine[t * bins + f] = ((hann * Math.sin(angle)) / window) * 4;
    }
  }
  return {
    window,
    cosine: tf.tensor2d(cosine, [window, bins]),
    sine: tf.tensor2d(sine, [window, bins]),
    mel: tf.transpose(tf.tensor2d(melFilterbank(rate, { fft: window, mels }), [mels, bins])),
  };
}
