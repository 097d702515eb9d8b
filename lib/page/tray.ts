import { resample } from "../audio/resample";
import { h } from "../notebook/widgets/page/elements";
import { readSound } from "./ownSound";
import type { ClipOfPage } from "./protocol";
import { record } from "./record";

export interface TrayOptions {
  title: string;
  sampleRate: number;
  hear(clip: ClipOfPage): void;
  /** The band's clips. */
  band(): Promise<ClipOfPage[]>;
  changed(): void;
  tell(words: string): void;
}

/** A tray of clips: dropped, recorded or played by the band. A click plays a clip, Delete or a double click takes it out. */
export function createTray({ title, sampleRate, hear, band, changed, tell }: TrayOptions) {
  let clips: ClipOfPage[] = [];
  const list = h("div", { class: "clips" });
  const count = h("span", { class: "quiet" });
  const file: HTMLInputElement = h("input", {
    type: "file",
    multiple: true,
    accept: "audio/*,.wav,.mp3,.flac,.ogg,.opus,.aif,.aiff",
    "aria-label": `Sound files for the tray "${title}"`,
    onchange: () => void addFiles([...(file.files ?? [])]),
  });
  const recording = button("Record 3 s", async () => {
    recording.textContent = "● Recording …";
    try {
      add([await record(3)]);
    } finally {
      recording.textContent = "Record 3 s";
    }
  });
  const element = h(
    "section",
    { class: "drop tray", "aria-label": title },
    h("h3", {}, title),
    count,
    list,
    h(
      "div",
      { class: "row" },
      h("label", { class: "file" }, "Add files", file),
      recording,
      button("Band plays ten", async () => add(await band())),
    ),
  );
  for (const kind of ["dragover", "dragleave", "drop"] as const) {
    element.addEventListener(kind, (event) => {
      event.preventDefault();
      element.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop") void addFiles([...(event.dataTransfer?.files ?? [])]);
    });
  }
  draw();
  return {
    element,
    get clips() {
      return clips;
    },
  };

  function button(label: string, act: () => Promise<void>): HTMLButtonElement {
    const one: HTMLButtonElement = h(
      "button",
      {
        type: "button",
        onclick: async () => {
          one.disabled = true;
          try {
            await act();
          } catch (error) {
            tell((error as Error).message);
          } finally {
            one.disabled = false;
          }
        },
      },
      label,
    );
    return one;
  }

  async function addFiles(files: File[]): Promise<void> {
    file.value = "";
    for (const one of files) {
      try {
        add([await readSound(one, sampleRate)]);
      } catch (error) {
        tell((error as Error).message);
      }
    }
  }

  function add(more: ClipOfPage[]): void {
    clips = [...clips, ...more.map((clip) => resample(clip, sampleRate))];
    draw();
    changed();
  }

  function remove(clip: ClipOfPage): void {
    clips = clips.filter((one) => one !== clip);
    draw();
    changed();
  }

  function draw(): void {
    count.textContent =
      clips.length === 0
        ? "no clip yet: at least five are needed, ten are better"
        : `${clips.length} clips; double click or Delete takes one out`;
    list.replaceChildren(
      ...clips.map((clip, i) =>
        h(
          "button",
          {
            type: "button",
            "aria-label": `hear clip ${i + 1} of "${title}"`,
            onclick: () => hear(clip),
            ondblclick: () => remove(clip),
            onkeydown: ({ key }: KeyboardEvent) => {
              if (key === "Delete" || key === "Backspace") remove(clip);
            },
          },
          String(i + 1),
        ),
      ),
    );
  }
}
