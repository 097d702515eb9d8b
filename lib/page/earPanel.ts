import { instruments } from "../music/song";
import { h } from "../notebook/widgets/page/elements";
import { createPlayer } from "../notebook/widgets/page/player";
import type { TraitGrid } from "./example";
import type { ClipOfPage, Trained } from "./protocol";
import type { Session } from "./session";
import { createTray } from "./tray";
import { verdictOf } from "./verdict";

/** The fewest clips of a tray that can be learned from. */
const fewest = 5;

/** Teach it by ear: clips with something and clips without it, probes of these, and whether they can tell. */
export function createEar(session: Session): HTMLElement {
  const { studio, store, examples } = session;
  const preview = createPlayer(examples.sampleRate, () => {});
  const name: HTMLInputElement = h("input", {
    type: "text",
    value: "mine",
    maxlength: 24,
    "aria-label": "What it is called",
  });
  const player: HTMLSelectElement = h(
    "select",
    { "aria-label": "Which of the band's instruments it is" },
    ...instruments.map((each) => h("option", {}, each)),
  );
  const told = h("p", { class: "quiet", role: "status", "aria-live": "polite" });
  const verdict = h("div", { class: "stack" });
  const working = h("progress", { hidden: true, "aria-label": "Training" });
  let asked = 0;
  const tell = (words: string) => {
    told.textContent = words;
  };
  const [having, lacking] = [true, false].map((has) =>
    createTray({
      title: has ? "With it" : "Without it",
      sampleRate: examples.sampleRate,
      hear(clip) {
        session.player.pause();
        preview.begin();
        preview.push([clip.samples]);
        preview.end();
        preview.play(0);
      },
      async band() {
        tell("The band's instruments come (15 MB, once), then it plays …");
        const question = {
          say: "band",
          trait: player.value,
          has,
          count: 10,
          seed: Math.floor(asked++ / 2),
        } as const;
        const clips = await studio.ask<ClipOfPage[]>(question, progress);
        tell(`The band has played ten clips ${has ? "with" : "without"} ${player.value}.`);
        return clips;
      },
      changed: wake,
      tell,
    }),
  );
  const train: HTMLButtonElement = h(
    "button",
    { type: "button", class: "play", onclick: () => void run() },
    "Train",
  );
  const file: HTMLInputElement = h("input", {
    type: "file",
    accept: ".json",
    onchange: () => {
      const [chosen] = file.files ?? [];
      if (chosen) void importProbes(chosen);
      file.value = "";
    },
  });
  store.follow(["model"], wake);

  return h(
    "section",
    { class: "ear", "aria-label": "Teach it by ear" },
    h(
      "details",
      {},
      h("summary", {}, h("h2", {}, "Teach it by ear")),
      h(
        "div",
        { class: "stack" },
        h(
          "p",
          {},
          "Collect clips that have something and clips that lack it: a cymbal, a voice, a mood. Every head learns to tell them apart, and then you can steer with it.",
        ),
        h(
          "div",
          { class: "row" },
          h("label", { class: "field" }, "it is called", name),
          h("label", { class: "field" }, "for the band it is", player),
        ),
        h("div", { class: "trays" }, having.element, lacking.element),
        h("div", { class: "row" }, train, working, h("label", { class: "file" }, "Import probes", file)),
        told,
        verdict,
      ),
    ),
  );

  function progress(what: string, done: number, total: number): void {
    working.hidden = done >= total;
    [working.max, working.value] = [total, done];
    tell(`${what}: ${done} of ${total}`);
  }

  /** Train can be pressed when there is enough to learn from. */
  function wake(): void {
    const least = Math.min(having.clips.length, lacking.clips.length);
    train.disabled = least < fewest || store.state.model.phase !== "ready";
    train.title = train.disabled
      ? `needs ${fewest} clips in each tray, and the model`
      : "train a probe on every head";
  }

  async function run(): Promise<void> {
    const trait = name.value.trim();
    if (!trait) return tell("Give it a name first.");
    if (examples.traits.some((grid) => grid.trait === trait))
      return tell(`"${trait}" is the name of one of the page's own traits: choose another.`);
    train.disabled = true;
    try {
      const trays = { with: having.clips, without: lacking.clips };
      const trained = await studio.ask<Trained>({ say: "train", trait, ...trays }, progress);
      tell("");
      show(trained);
    } catch (error) {
      tell((error as Error).message);
    } finally {
      working.hidden = true;
      wake();
    }
  }

  function show(trained: Trained): void {
    const { canTell, words } = verdictOf(trained);
    verdict.replaceChildren(
      h("p", { class: `verdict ${canTell ? "good" : "poor"}` }, words),
      h(
        "div",
        { class: "row" },
        h(
          "button",
          { type: "button", onclick: () => use(trained.grid) },
          canTell ? "Use it" : "Use it anyway",
        ),
        h("button", { type: "button", onclick: () => save(trained) }, "Export probes"),
      ),
    );
  }

  function use(grid: TraitGrid): void {
    session.addTrait(grid);
    store.set({ station: "heads" });
    session.tell(
      `The grid shows what the heads know of ${grid.trait}. Press Play: the take is steered towards it.`,
    );
    document.querySelector(".music")?.scrollIntoView({ block: "start" });
  }

  function save({ text, trait }: Trained): void {
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    h("a", { href: address, download: `${trait.replace(/[^\w-]+/g, "-")}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  async function importProbes(chosen: File): Promise<void> {
    try {
      const question = { say: "probes", text: await chosen.text(), name: chosen.name } as const;
      const { grid } = await studio.ask<{ grid: TraitGrid }>(question);
      use(grid);
    } catch (error) {
      tell((error as Error).message);
    }
  }
}
