import type { Strip } from "../live/strip";
import { createPlayer, type Player } from "../notebook/widgets/page/player";
import type { Head } from "../steering/ablate";
import type { Examples, TraitGrid } from "./example";
import { firstState, introductionOf } from "./firstState";
import { type Hands, offStrips, withChoiceTurned, withMuteTurned, withSoloTurned, withStrip } from "./hands";
import { decodeLink, encodeLink, MissingProbes, steeredTraits } from "./link";
import { createMaking, newSeconds } from "./making";
import type { Method } from "./method";
import { methodStrip } from "./methodStrip";
import { movesAt } from "./moves";
import { createStore, type PageState, type Store } from "./state";
import type { Studio } from "./studio";
import { emptyTake, preparedTake } from "./take";

/** What a visitor can do, and what there is to see of it. */
export interface Session {
  store: Store<PageState>;
  player: Player;
  studio: Studio;
  examples: Examples;
  /** Play, or stop. */
  toggle(): void;
  /** Another take: the next seed. */
  renew(): void;
  seed(seed: number): void;
  choose(row: 0 | 1): void;
  seek(seconds: number): void;
  choosePrompt(place: number): void;
  addPrompt(name: string, tokens: number[][]): void;
  addTrait(grid: TraitGrid): void;
  change(trait: string, settings: Partial<Strip>): void;
  method(trait: string, method: Method): void;
  toggleMute(head: Head): void;
  solo(head: Head): void;
  toggleChosen(head: Head): void;
  /** The take's address, and the traits of the visitor's own that whoever opens it needs the probes of. */
  link(): Promise<{ link: string; own: string[] }>;
  /** Take up the take that an address holds. */
  open(fragment: string): Promise<void>;
  tell(words: string): void;
}

export function createSession(examples: Examples, files: { model: string[]; examples: string }): Session {
  const { frameRate, sampleRate, shape } = examples;
  const store = createStore<PageState>(firstState(examples));
  const player = createPlayer(sampleRate, () => store.set({})); // the frame asks it
  let waiting: string | undefined; // an address whose take needs probes that are not here yet
  const openAddress = () => {
    if (location.hash.includes("take=")) void session.open(location.hash);
  };
  const making = createMaking({ store, player, examples, folder: files.examples }, openAddress);
  const probes = examples.traits.map(({ trait }) => [trait, `${files.examples}/${trait}.json`]);
  setTimeout(() => making.studio.load(files.model, Object.fromEntries(probes)), 0);
  const move = (change: (hands: Hands) => Hands) => making.steer(change(store.state.hands));

  const session: Session = {
    ...{ store, player, studio: making.studio, examples },
    toggle: making.toggle,
    renew: () => session.seed(store.state.seed + 1),
    seed(seed) {
      making.replay(undefined);
      store.set({ seed });
      if (store.state.model.phase === "ready") making.begin();
      else session.tell("Another seed needs the model, which is still loading.");
    },
    choose(row) {
      player.choose(row);
      store.set({ row });
    },
    seek(seconds) {
      if (player.length() > 0) player.play(seconds);
    },
    choosePrompt(place) {
      const { hands, grids, prompts, seed } = store.state;
      const example = examples.takes[place];
      making.drop(!example || hands.muted.length > 0);
      if (example) {
        store.set({
          prompt: place,
          take: preparedTake(example, examples),
          seed: example.seed,
          hands: { strips: { ...offStrips(grids), ...example.strips }, muted: hands.muted },
          trait: example.name,
          told: introductionOf(example),
        });
      } else {
        const prompt = prompts[place].tokens;
        const frames = Math.round(newSeconds * frameRate);
        const take = emptyTake({ number: 0, seed, prompt, frames, traits: Object.keys(grids) });
        store.set({ prompt: place, take, told: "Press Play: the model goes on from there." });
      }
    },
    addPrompt(name, tokens) {
      store.set({ prompts: [...store.state.prompts, { name, tokens }] });
      session.choosePrompt(store.state.prompts.length - 1);
    },
    addTrait(grid) {
      store.set({ grids: { ...store.state.grids, [grid.trait]: grid }, trait: grid.trait });
      making.drop(true); // a take under way knows nothing of the new probes
      move((hands) => withStrip(hands, grid.trait, methodStrip(grid, "smitin")));
      if (waiting) void session.open(waiting);
    },
    change: (trait, settings) => move((hands) => withStrip(hands, trait, settings)),
    method(trait, method) {
      move((hands) => withStrip(hands, trait, methodStrip(store.state.grids[trait], method)));
      store.set({ trait });
    },
    toggleMute: (head) => move((hands) => withMuteTurned(hands, head)),
    solo: (head) => move((hands) => withSoloTurned(hands, head, shape)),
    toggleChosen: (head) => move((hands) => withChoiceTurned(hands, store.state.trait, head)),
    async link() {
      const { take, prompts } = store.state;
      if (!take) throw new Error("There is no take yet.");
      const promptName = prompts.find(({ tokens }) => tokens === take.prompt)?.name ?? "a prompt";
      const { seed, frames, prompt, moves } = take;
      const link = await encodeLink({
        model: examples.model.fingerprint,
        seed,
        frames,
        prompt,
        promptName,
        moves,
      });
      const known = examples.traits.map(({ trait }) => trait);
      return { link, own: steeredTraits(moves).filter((trait) => !known.includes(trait)) };
    },
    async open(fragment) {
      waiting = undefined;
      try {
        const linked = await decodeLink(fragment, examples.model.fingerprint, offStrips(store.state.grids));
        const ours = store.state.prompts.findIndex(({ tokens }) => `${tokens}` === `${linked.prompt}`);
        if (ours >= 0) session.choosePrompt(ours);
        else session.addPrompt(linked.promptName, linked.prompt);
        const { strips, muted } = movesAt(linked.moves, 0);
        making.replay(linked);
        store.set({
          seed: linked.seed,
          hands: { strips, muted: [...muted] },
          told: "This address holds a take: press Play to hear it made again.",
        });
      } catch (error) {
        if (error instanceof MissingProbes) waiting = fragment;
        session.tell((error as Error).message);
      }
    },
    tell: (told) => store.set({ told }),
  };
  return session;
}
