import type { Audio } from "../audio/audio";
import { resample } from "../audio/resample";
import { logMel } from "../audio/spectrum";
import { tf } from "../engine";
import type { Folder } from "../files/folder";
import { hashOf } from "../math/hash";

/** What the judge hears in a clip: a probability for each of its windows (1.5 s long, every 0.75 s) and trait. */
export interface Verdict {
  traits: string[];
  /** [windows][traits] */
  probabilities: number[][];
}

/** Decides whether instruments are there, by ear and independently of any probe. */
export interface PresenceJudge {
  traits: string[];
  sampleRate: number;
  /**
   * @param clips at least 1.5 s each
   * @throws RangeError for a clip that is too short
   */
  hear(clips: Audio[]): Verdict[];
  /** What the judge makes of a clip before it decides, the mean over windows: [embedding] a clip, for distances. */
  embed(clips: Audio[]): Float32Array[];
  dispose(): void;
}

/** How the judge sees audio: log-mel windows [frames, mels, 1], normalised. Its training uses the same. */
export const judgeInput = { sampleRate: 16000, fft: 1024, hop: 256, mels: 64, frames: 94, every: 47 };

/** The judge as a file: the layers (tf.LayersModel topology), their weights and what it listens for. */
export interface JudgeFile {
  traits: string[];
  artifacts: tf.io.ModelArtifacts;
}

/**
 * The presence judge: a small convolutional network on log-mel windows, trained on studio songs that neither the
 * bundled model nor any probe uses (experiments/train/judge.ts).
 */
export async function createJudge({ traits, artifacts }: JudgeFile): Promise<PresenceJudge> {
  const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const embedding = tf.model({ inputs: model.inputs, outputs: model.getLayer("embedding").output });
  const run = (network: tf.LayersModel, clips: Audio[]): number[][][] =>
    clips.map((clip) => {
      const windows = judgeWindows(clip);
      return tf.tidy(() => {
        const output = network.predict(stackWindows(windows));
        return (output as tf.Tensor2D).arraySync();
      });
    });
  return {
    traits,
    sampleRate: judgeInput.sampleRate,
    hear: (clips) => run(model, clips).map((probabilities) => ({ traits, probabilities })),
    embed: (clips) =>
      run(embedding, clips).map((windows) =>
        Float32Array.from(
          windows[0],
          (_, i) => windows.reduce((sum, row) => sum + row[i], 0) / windows.length,
        ),
      ),
    dispose: () => model.dispose(),
  };
}

/** What a judge's folder holds. */
export const judgeFiles = { about: "judge.json", weights: "judge.bin" };

/**
 * The presence judge of a folder: judge.json and judge.bin.
 * @throws Error naming the file that is missing or broken
 */
export async function openPresenceJudge(folder: Folder): Promise<PresenceJudge> {
  for (const file of Object.values(judgeFiles))
    if (!folder.has(file))
      throw new Error(`${folder.name}/${file}: expected the presence judge's file, found nothing there`);
  try {
    const { traits, heldOut: _, ...artifacts } = JSON.parse(folder.text(judgeFiles.about));
    const weightData = bytesOf(folder, judgeFiles.weights).buffer as ArrayBuffer;
    return await createJudge({ traits, artifacts: { ...artifacts, weightData } });
  } catch (error) {
    throw new Error(
      `${folder.name}/${judgeFiles.about}: expected a presence judge, found ${(error as Error).message}`,
    );
  }
}

/** Tells the judge of a folder from another: its files and how its windows decide. */
export function judgeFingerprint(folder: Folder): string {
  return hashOf(presenceRule, ...Object.values(judgeFiles).map((file) => latin1(bytesOf(folder, file))));
}

/** How a clip's windows decide; part of what fixes results that are kept. */
export const presenceRule = "heard in at least half of the windows";

/**
 * Whether a trait is there: heard (probability above one half) in at least half of the clip's windows. Windows overlap, so a
 * single stroke is heard in two of them: an instrument that plays is heard in more.
 * @throws RangeError for a trait the judge does not know
 */
export function isPresent({ traits, probabilities }: Verdict, trait: string): boolean {
  const column = traits.indexOf(trait);
  if (column < 0) throw new RangeError(`trait: the judge knows ${traits.join(", ")}, found "${trait}"`);
  const heard = probabilities.filter((row) => row[column] > 0.5).length;
  return heard >= probabilities.length / 2;
}

/** A clip as the judge's windows, each [frames * mels]. @throws RangeError when it is shorter than one window */
export function judgeWindows(clip: Audio): Float32Array[] {
  const { sampleRate, fft, hop, mels, frames, every } = judgeInput;
  const spectrum = logMel(resample(clip, sampleRate), { fft, hop, mels });
  if (spectrum.frames < frames) {
    const seconds = clip.samples.length / clip.sampleRate;
    throw new RangeError(`the judge needs at least 1.5 s of audio, found ${seconds.toFixed(2)} s`);
  }
  const windows: Float32Array[] = [];
  for (let from = 0; from + frames <= spectrum.frames; from += every) {
    windows.push(spectrum.data.slice(from * mels, (from + frames) * mels).map((x) => (x + 3.5) / 1.5));
  }
  return windows;
}

/** Windows as the network takes them: [windows, frames, mels, 1]. */
export function stackWindows(windows: Float32Array[]): tf.Tensor4D {
  const { frames, mels } = judgeInput;
  const flat = new Float32Array(windows.length * frames * mels);
  for (const [i, window] of windows.entries()) flat.set(window, i * frames * mels);
  return tf.tensor4d(flat, [windows.length, frames, mels, 1]);
}

/** In memory of their own. */
function bytesOf(folder: Folder, file: string): Uint8Array {
  const { size, read } = folder.open(file);
  return read(0, size);
}

/** A character a byte. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
