import { encodeWav } from "../audio/wav";
import { h } from "../notebook/widgets/page/elements";
import type { Session } from "./session";

/** What can be done with the sound that came out. */
export function createSpeaker({ player, store, examples, tell }: Session): HTMLElement {
  const save = () => {
    const { row, take } = store.state;
    const samples = player.samples(row);
    if (samples.length === 0) {
      tell("There is nothing to save yet: press Play first.");
      return;
    }
    const wav = encodeWav({ samples, sampleRate: examples.sampleRate });
    const address = URL.createObjectURL(new Blob([wav as Uint8Array<ArrayBuffer>], { type: "audio/wav" }));
    const name = `smitin-${row === 0 ? "steered" : "unsteered"}-seed-${take?.seed}.wav`;
    h("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
  return h(
    "div",
    { class: "row" },
    h("button", { type: "button", onclick: save }, "Save what is heard as WAV"),
  );
}
