import { type LoadOptions, loadModel } from "./hub/loadModel";
import type { OnProgress } from "./jobs/progress";
import type { MusicGen } from "./model/musicgen";
import { progress } from "./notebook/progress";

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
  const bar = progress("downloading");
  const show: OnProgress<string> = (done, total, file) => {
    if (total < 1e7) return;
    const megabytes = Math.ceil(total / 1e6);
    bar(done === total ? megabytes : Math.floor(done / 1e6), megabytes, `${file}, MB`);
  };
  return { show, close: bar.done };
}
