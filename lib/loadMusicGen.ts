import { type LoadOptions, loadModel } from "./hub/loadModel";
import type { MusicGen } from "./model/musicgen";
import { type Progress, progress } from "./notebook/progress";

/**
 * Load a model as `loadModel` does, with a bar for each file that has to be downloaded, under the running cell or in the terminal.
 * @param name a folder on disk; a name in data/models; or a model of the Hugging Face hub such as "facebook/musicgen-small".
 *   Default: the bundled model, data/models/studio
 * @param options for the hub: a revision, a signal to stop, and who is told of progress in place of the bars
 * @throws Error as `loadModel` does
 */
export async function loadMusicGen(name?: string, options: LoadOptions = {}): Promise<MusicGen> {
  if (options.onProgress) return loadModel(name, options);
  const bars = downloadBars();
  return loadModel(name, { ...options, onProgress: bars.show }).finally(bars.close);
}

/** A bar for each file of weights, in megabytes. */
function downloadBars() {
  let current: { file: string; bar: Progress; shown: number } | undefined;
  return {
    show(file: string, done: number, total: number) {
      if (total < 1e7) return;
      if (current?.file !== file) {
        current?.bar.done();
        current = { file, bar: progress(`${file}, MB`, Math.ceil(total / 1e6)), shown: 0 };
      }
      const megabytes = done === total ? Math.ceil(done / 1e6) : Math.floor(done / 1e6);
      if (megabytes > current.shown) current.bar.tick(megabytes - current.shown);
      current.shown = megabytes;
    },
    close: () => current?.bar.done(),
  };
}
