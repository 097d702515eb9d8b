import { fetchFile, fetchJudge, fetchMusicGen, startBackend, useSoundFont } from "../../lib/browser";
import { type Journey, journey } from "./journey";

/** What the page of the test does, asked for by `journeyHere()`. */
async function journeyHere(): Promise<Journey & { engine: string; files: string[] }> {
  const files = new Set<string>();
  const engine = await startBackend("wasm", { wasmFiles: "engine/" });
  useSoundFont(() => fetchFile("band.sf3"));
  const onProgress = (done: number, total: number, file?: string) =>
    void (done === total && files.add(file!));
  const model = await fetchMusicGen("studio", { onProgress });
  return { ...(await journey(model, await fetchJudge("judge"))), engine, files: [...files] };
}

Object.assign(globalThis, { journeyHere });
