import type { Audio } from "../audio/audio";
import { h } from "../notebook/widgets/page/elements";
import { beginningOf, readSound } from "./ownSound";
import { record } from "./record";
import type { Session } from "./session";

/** What takes go on from: prompts of ours, silence, or a sound file of the visitor's. */
export function createPromptChoice(session: Session): HTMLElement {
  const { store } = session;
  const choice = h("div", { class: "row", role: "group", "aria-label": "Prompt" });
  const file: HTMLInputElement = h("input", {
    type: "file",
    accept: "audio/*,.wav,.mp3,.flac,.ogg,.opus,.aif,.aiff",
    onchange: () => {
      const [chosen] = file.files ?? [];
      if (chosen) void take(chosen);
      file.value = "";
    },
  });
  const microphone: HTMLButtonElement = h(
    "button",
    { type: "button", onclick: () => void takeRecording() },
    "Record 3 s",
  );
  let recordings = 0;
  const zone = h(
    "div",
    { class: "drop" },
    h("label", { class: "file" }, "Your own sound", file),
    microphone,
    h(
      "span",
      { class: "quiet" },
      "or drop a file here. Its first three seconds are the prompt; it never leaves this machine.",
    ),
  );
  for (const kind of ["dragover", "dragleave", "drop"] as const) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("dropping", kind === "dragover");
      const dropped = kind === "drop" ? event.dataTransfer?.files[0] : undefined;
      if (dropped) void take(dropped);
    });
  }
  store.follow(["prompts", "prompt"], () => {
    choice.replaceChildren(
      ...store.state.prompts.map(({ name }, place) =>
        h(
          "button",
          {
            type: "button",
            "aria-pressed": String(place === store.state.prompt),
            onclick: () => session.choosePrompt(place),
          },
          name,
        ),
      ),
    );
  });
  return h("div", { class: "stack" }, choice, zone);

  async function take(chosen: File): Promise<void> {
    session.tell(`Reading ${chosen.name} …`);
    await use(chosen.name, readSound(chosen, session.examples.sampleRate));
  }

  async function takeRecording(): Promise<void> {
    const { sampleRate } = session.examples;
    session.player.pause(); // or it would be recorded too
    microphone.disabled = true;
    microphone.textContent = "● Recording …";
    const name = `recording ${++recordings}`;
    await use(
      name,
      record(3.2).then((sound) => beginningOf(sound, `The ${name}`, sampleRate)),
    );
    microphone.disabled = false;
    microphone.textContent = "Record 3 s";
  }

  async function use(name: string, sound: Promise<Audio>): Promise<void> {
    try {
      const tokens = await session.studio.ask<number[][]>({ say: "encode", ...(await sound) });
      session.addPrompt(name, tokens);
    } catch (error) {
      session.tell((error as Error).message);
    }
  }
}
