import { h } from "../notebook/widgets/page/elements";
import { readSound } from "./ownSound";
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
  const zone = h(
    "div",
    { class: "drop" },
    h("label", { class: "file" }, "Your own sound", file),
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
    try {
      session.tell(`Reading ${chosen.name} …`);
      const sound = await readSound(chosen, session.examples.sampleRate);
      const tokens = await session.studio.ask<number[][]>({ say: "encode", ...sound });
      session.addPrompt(chosen.name, tokens);
    } catch (error) {
      session.tell((error as Error).message);
    }
  }
}
