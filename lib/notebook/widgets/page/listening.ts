import { createWaveList } from "./waveList";
import type { WaveSound } from "./wavePlayer";

/**
 * Turns the places of an output of `listen`, each with an <audio> element that holds a WAV file, into one list of players.
 * @param modules wavesurfer's, as the page has them
 */
export default function listening(places: HTMLElement[], modules: unknown[]): void {
  const [first] = places;
  const sounds = places.map(soundIn);
  const list = createWaveList(Promise.resolve(modules), {
    count: sounds.length,
    height: sounds.length > 2 ? 48 : 64,
  });
  for (const place of places.slice(1)) place.remove();
  first.replaceChildren(list.element);
  first.style.maxWidth = "1000px";
  for (const [at, sound] of sounds.entries()) void list.put(at, sound, false);
}

function soundIn(place: HTMLElement): WaveSound {
  const { src } = place.querySelector("audio")!;
  const { rate, prompt, seconds } = place.dataset;
  const bytes = Uint8Array.from(atob(src.slice(src.indexOf(",") + 1)), (character) =>
    character.charCodeAt(0),
  );
  return {
    name: place.querySelector("figcaption")?.textContent ?? "",
    blob: new Blob([bytes], { type: "audio/wav" }),
    seconds: Number(seconds),
    rate: Number(rate),
    prompt: Number(prompt ?? 0),
  };
}
