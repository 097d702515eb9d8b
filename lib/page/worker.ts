import { excerpt } from "../audio/audio";
import { resample } from "../audio/resample";
import { startBackend, tf } from "../engine";
import { fetchFile } from "../files/fetch";
import { streamDecoder } from "../model/codec/stream";
import { fetchMusicGen } from "../model/fetchMusicGen";
import { promptTokens } from "../model/generate/promptTokens";
import type { MusicGen } from "../model/musicgen";
import { useSoundFont } from "../music/band";
import { decodeProbes } from "../probes/format";
import type { ProbeSet } from "../probes/probe";
import { bandClips, trainByEar } from "./ear";
import { gridOf } from "./grid";
import type { ToPage, ToWorker } from "./protocol";
import { hearStrayErrors } from "./strayErrors";
import { createTakes, type Takes } from "./takes";

/*
 * The page's worker: the model lives here, so that the page stays responsive while music is made. It is spoken to in messages
 * (protocol.ts). Files lie beside the page: engine/, model/, probes/, band.sf3.
 */
const scope = globalThis as unknown as {
  postMessage(message: ToPage): void;
  onmessage: (event: { data: ToWorker }) => void;
};
const say = (message: ToPage) => scope.postMessage(message);

let studio: { model: MusicGen; probes: Record<string, ProbeSet>; takes: Takes } | undefined;

hearStrayErrors((why) => say({ say: "stray", why }));

scope.onmessage = ({ data }) => {
  if (data.say === "load")
    void load(data).catch((error: Error) => say({ say: "failed", why: error.message }));
  else if ("id" in data) void answer(data);
  else if (data.say === "make") studio?.takes.make(data.order, data);
  else if (data.say === "hands") studio?.takes.hands(data);
  else if (data.say === "until") studio?.takes.until(data.seconds);
  else studio?.takes.stop();
};

async function load({ files, probes: addresses }: ToWorker & { say: "load" }): Promise<void> {
  await startBackend("wasm", { wasmFiles: "engine/" });
  useSoundFont(() => fetchFile("band.sf3"));
  const onProgress = (done: number, total: number, file = "") => say({ say: "loading", file, done, total });
  const model = await fetchMusicGen("model", { name: "studio", files, onProgress });
  const probes: Record<string, ProbeSet> = {};
  for (const [trait, address] of Object.entries(addresses)) {
    const text = new TextDecoder().decode(await fetchFile(address));
    probes[trait] = decodeProbes(text, address, model);
  }
  studio = { model, probes, takes: createTakes(model, probes, say) };
  say({
    say: "ready",
    fingerprint: model.fingerprint,
    lookAhead: streamDecoder(model.codec).context.after,
    hasSimd: (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true,
  });
}

async function answer(message: ToWorker & { id: number }): Promise<void> {
  const { id } = message;
  try {
    if (!studio) throw new Error("The model is still loading: try again when it is there.");
    say({ say: "answer", id, value: await work(message, studio) });
  } catch (error) {
    say({ say: "refused", id, why: (error as Error).message });
  }
}

async function work(message: ToWorker & { id: number }, here: NonNullable<typeof studio>): Promise<unknown> {
  const { model, probes } = here;
  const onProgress = (what: string) => (done: number, total: number) =>
    say({ say: "progress", id: message.id, done, total, what });
  switch (message.say) {
    case "encode": {
      const sound = resample(message, model.sampleRate);
      const tokens = promptTokens(
        model,
        excerpt(sound, 0, Math.min(promptSeconds, sound.samples.length / model.sampleRate)),
      );
      return tokens.map((codes) => Array.from(codes));
    }
    case "listen":
      return model.codec.decode([message.tokens.map((codes) => Int32Array.from(codes))])[0];
    case "band":
      return bandClips(message, onProgress("the band plays"));
    case "train": {
      const { probes: set, ...trained } = await trainByEar(model, message, onProgress("reading clips"));
      probes[message.trait] = set;
      return trained;
    }
    case "probes": {
      const set = decodeProbes(message.text, message.name, model);
      probes[set.trait] = set;
      return { trait: set.trait, grid: gridOf(set) };
    }
  }
}

/** A prompt is at most this long. */
const promptSeconds = 3;
