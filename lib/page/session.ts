import { decodeWav } from "../audio/wav";
import { fetchFile } from "../files/fetch";
import type { Strip, Strips } from "../live/strip";
import { createPlayer, type Player } from "../notebook/widgets/page/player";
import type { Head } from "../steering/ablate";
import { captionOf, listed } from "./caption";
import type { Example, Examples, TraitGrid } from "./example";
import type { Hands } from "./hands";
import { decodeLink, encodeLink, type LinkedTake } from "./link";
import { methodStrip } from "./methodStrip";
import { movesAt } from "./moves";
import { createStore, type PageState, type Store } from "./state";
import { hearStrayErrors } from "./strayErrors";
import type { Method } from "./strips";
import { openStudio, type Studio } from "./studio";
import { addMade, addSound, emptyTake, preparedTake } from "./take";

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
  /** The take's address. */
  link(): Promise<string>;
  /** Take up the take that an address holds. */
  open(fragment: string): Promise<void>;
  tell(words: string): void;
}

/** Seconds of new music that a live take has. */
const newSeconds = 17;
/** Sound comes in stretches of so many seconds (`streamTake`'s chunk). */
const stretch = 0.2;

export function createSession(examples: Examples, files: { model: string[]; examples: string }): Session {
  const { frameRate, sampleRate, shape } = examples;
  const hop = sampleRate / frameRate;
  const grids = Object.fromEntries(examples.traits.map((grid) => [grid.trait, grid]));
  const [firstExample] = examples.takes;
  const store = createStore<PageState>({
    examples,
    model: { phase: "waiting" },
    grids,
    prompts: [
      ...examples.takes.map(({ title, players, prompt }) => {
        return { name: `${listed(players)}: ${title.toLowerCase()}`, tokens: prompt };
      }),
      { name: "silence", tokens: examples.takes[0].prompt.map(() => []) },
    ],
    prompt: 0,
    seed: firstExample.seed,
    hands: { strips: firstExample.strips, muted: [] },
    trait: firstExample.name,
    click: "mute",
    station: "heads",
    head: bestHead(grids[firstExample.name], shape.heads),
    take: preparedTake(firstExample, examples),
    row: 0,
    told: `${firstExample.title}. ${captionOf(firstExample)}`,
  });
  const player = createPlayer(sampleRate, () => store.set({})); // the frame asks it
  const sounds = new Map<string, Promise<Float32Array>>(); // of prepared takes and of prompts
  let number = 0;
  let isMaking = false;
  let isStale = false; // whether hands have moved since the take was made
  let isSounding: "example" | "live" | undefined;
  let replay: LinkedTake | undefined;
  let restart: ReturnType<typeof setTimeout> | undefined;

  const stray = (why: string) =>
    session.tell(`Something went wrong: ${why}. If nothing goes on, load the page again.`);
  hearStrayErrors(stray);

  const studio = openStudio({
    loading: (done, total) => store.set({ model: { phase: "loading", done, total } }),
    ready({ fingerprint, lookAhead }) {
      store.set({ model: { phase: "ready", fingerprint, lookAhead } });
      if (location.hash.includes("take=")) void session.open(location.hash);
    },
    failed(why) {
      store.set({
        model: { phase: "failed", why },
        told: `The model could not be loaded (${why}). The prepared takes play all the same.`,
      });
    },
    made(made) {
      const { take, hands } = store.state;
      if (!take || made.number !== take.number) return;
      addMade(take, made);
      addSound(take, made.sound, sampleRate);
      player.push(made.sound);
      const move = made.moves.at(-1);
      if (replay && move && move.strips !== hands.strips)
        store.set({ hands: { strips: move.strips, muted: [...(move.muted ?? [])] } });
    },
    ended({ number: which, moves, tokens }) {
      const { take } = store.state;
      if (!take || which !== take.number) return;
      take.moves = moves;
      take.tokens = tokens;
      take.isWhole = true;
      isMaking = false;
      player.end();
      store.set({ take: { ...take } });
    },
    wrong(why) {
      isMaking = false;
      player.end();
      session.tell(`This take could not be made: ${why}.`);
    },
    stray,
  });
  const probes = Object.keys(grids).map((trait) => [trait, `${files.examples}/${trait}.json`]);
  void soundOf(firstExample).catch(() => {}); // so that the first click sounds at once
  setTimeout(() => studio.load(files.model, Object.fromEntries(probes)), 0);

  setInterval(() => {
    const { take, model } = store.state;
    if (!isMaking || !take || model.phase !== "ready") return;
    // as far ahead of what sounds as the player needs, and no more: a slider waits for all that is made already
    const ahead = player.reserve + stretch + (model.lookAhead + 1) / frameRate;
    studio.until(player.played() - take.prompt[0].length / frameRate + (document.hidden ? 8 : ahead));
  }, 50);

  /** Both rows of a prepared take. */
  async function soundOf({ name }: Example): Promise<Float32Array[]> {
    const get = (kind: string) => {
      const address = `${files.examples}/${name}-${kind}.wav`;
      const known = sounds.get(address);
      if (known) return known;
      const sound = fetchFile(address).then((bytes) => decodeWav(bytes, address).samples);
      sounds.set(address, sound);
      return sound;
    };
    return Promise.all([get("steered"), get("plain")]);
  }

  /** A prompt's own sound, as the codec makes it of its tokens. */
  function promptSound(tokens: number[][]): Promise<Float32Array> {
    const key = tokens.join(";");
    const known = sounds.get(key);
    if (known) return known;
    const example = examples.takes.find(({ prompt }) => prompt === tokens);
    const samples = tokens[0].length * hop;
    const sound =
      samples === 0
        ? Promise.resolve(new Float32Array(0))
        : example
          ? soundOf(example).then(([steered]) => steered.slice(0, samples))
          : studio.ask<Float32Array>({ say: "listen", tokens });
    sounds.set(key, sound);
    return sound;
  }

  async function playExample(): Promise<void> {
    const example = examples.takes.find(({ prompt }) => prompt === store.state.take?.prompt);
    if (!example) return;
    player.begin();
    isSounding = "example";
    player.play(0);
    const rows = await soundOf(example);
    if (isSounding !== "example") return;
    player.push(rows);
    player.end();
  }

  async function makeLive(): Promise<void> {
    const { prompts, prompt, seed, model, hands } = store.state;
    if (model.phase !== "ready") return;
    clearTimeout(restart);
    const { tokens } = prompts[prompt];
    const mine = ++number;
    const frames = replay?.frames ?? Math.round(newSeconds * frameRate);
    const take = emptyTake({
      number: mine,
      seed,
      prompt: tokens,
      frames,
      traits: Object.keys(store.state.grids),
    });
    studio.stop();
    player.begin();
    isSounding = "live";
    [isMaking, isStale] = [true, false];
    store.set({ take, told: "" });
    player.play(0);
    const sound = await promptSound(tokens);
    if (number !== mine || isSounding !== "live") return;
    const known = sound.subarray(0, Math.max(0, tokens[0].length - model.lookAhead) * hop);
    addSound(take, [known, known], sampleRate);
    player.push([known, known]);
    studio.make({ number: mine, prompt: tokens, seed, frames, moves: replay?.moves }, hands);
  }

  function setHands(hands: Hands): void {
    if (replay) replay = undefined;
    store.set({ hands });
    isStale = true;
    const { model, take } = store.state;
    if (isMaking) studio.hands(hands);
    else if (model.phase === "failed")
      session.tell("The model could not be loaded: only the prepared takes play.");
    else if (model.phase !== "ready") session.tell("You will hear this as soon as the model has loaded.");
    else if (player.isPlaying && take?.number === 0) {
      clearTimeout(restart);
      restart = setTimeout(() => void makeLive(), 250);
    } else if (!player.isPlaying) session.tell("Press Play: a take is made with these settings.");
  }

  function setStrips(strips: Strips): void {
    setHands({ ...store.state.hands, strips });
  }

  const session: Session = {
    ...{ store, player, studio, examples },
    toggle() {
      const { take, model } = store.state;
      if (player.isPlaying) player.pause();
      else if (model.phase === "ready" && (isStale || take?.number === 0) && !isMaking) void makeLive();
      else if (!isSounding) void playExample();
      else player.play();
    },
    renew: () => session.seed(store.state.seed + 1),
    seed(seed) {
      replay = undefined;
      store.set({ seed });
      isStale = true;
      if (store.state.model.phase === "ready") void makeLive();
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
      player.pause();
      studio.stop();
      replay = undefined;
      [isMaking, isSounding, isStale] = [false, undefined, false];
      const example = examples.takes[place];
      const { tokens } = store.state.prompts[place];
      if (example) {
        const take = preparedTake(example, examples);
        const { muted } = store.state.hands;
        const off = offStrips(store.state.grids);
        const strips = { ...off, ...example.strips };
        store.set({
          prompt: place,
          take,
          seed: example.seed,
          hands: { strips, muted },
          trait: example.name,
          told: `${example.title}. ${captionOf(example)}`,
        });
        isStale = muted.length > 0;
      } else {
        const { seed } = store.state;
        const frames = Math.round(newSeconds * frameRate);
        const take = emptyTake({
          number: 0,
          seed,
          prompt: tokens,
          frames,
          traits: Object.keys(store.state.grids),
        });
        store.set({ prompt: place, take, told: "Press Play: the model goes on from there." });
        isStale = true;
      }
    },
    addPrompt(name, tokens) {
      store.set({ prompts: [...store.state.prompts, { name, tokens }] });
      session.choosePrompt(store.state.prompts.length - 1);
    },
    addTrait(grid) {
      const strips = { ...store.state.hands.strips, [grid.trait]: methodStrip(grid, "smitin") };
      store.set({ grids: { ...store.state.grids, [grid.trait]: grid }, trait: grid.trait });
      // a take under way knows nothing of the new probes
      isMaking = false;
      studio.stop();
      player.pause();
      setStrips(strips);
    },
    change(trait, settings) {
      const { strips } = store.state.hands;
      setStrips({ ...strips, [trait]: { ...strips[trait], ...settings } });
    },
    method(trait, method) {
      const { hands, grids: known } = store.state;
      setStrips({ ...hands.strips, [trait]: methodStrip(known[trait], method) });
      store.set({ trait });
    },
    toggleMute(head) {
      const { hands } = store.state;
      const others = hands.muted.filter((each) => !isSame(each, head));
      setHands({ ...hands, muted: others.length < hands.muted.length ? others : [...others, head] });
    },
    solo(head) {
      const all = Array.from({ length: shape.layers * shape.heads }, (_, index): Head => {
        return { layer: Math.floor(index / shape.heads), head: index % shape.heads };
      });
      const others = all.filter((each) => !isSame(each, head));
      const { hands } = store.state;
      const isAlone = hands.muted.length === others.length && !hands.muted.some((each) => isSame(each, head));
      setHands({ ...hands, muted: isAlone ? [] : others });
    },
    toggleChosen({ layer, head }) {
      const { trait, hands } = store.state;
      const now = hands.strips[trait]?.heads ?? [];
      const others = now.filter(([l, h]) => l !== layer || h !== head);
      const heads: [number, number][] = others.length < now.length ? others : [...others, [layer, head]];
      session.change(trait, { heads: heads.length > 0 ? heads : undefined });
    },
    async link() {
      const { take, prompts } = store.state;
      if (!take) throw new Error("There is no take yet.");
      const name = prompts.find(({ tokens }) => tokens === take.prompt)?.name ?? "a prompt";
      const { seed, frames, prompt, moves } = take;
      return encodeLink({ model: examples.model.fingerprint, seed, frames, prompt, promptName: name, moves });
    },
    async open(fragment) {
      try {
        const linked = await decodeLink(fragment, examples.model.fingerprint, offStrips(store.state.grids));
        const ours = store.state.prompts.findIndex(({ tokens }) => `${tokens}` === `${linked.prompt}`);
        if (ours >= 0) session.choosePrompt(ours);
        else session.addPrompt(linked.promptName, linked.prompt);
        const { strips, muted } = movesAt(linked.moves, 0);
        replay = linked;
        isStale = true;
        store.set({
          seed: linked.seed,
          hands: { strips, muted: [...muted] },
          told: "This address holds a take: press Play to hear it made again.",
        });
      } catch (error) {
        session.tell((error as Error).message);
      }
    },
    tell: (told) => store.set({ told }),
  };
  return session;
}

function bestHead({ accuracy }: TraitGrid, heads: number): Head {
  const index = accuracy.indexOf(Math.max(...accuracy));
  return { layer: Math.floor(index / heads), head: index % heads };
}

function isSame(a: Head, b: Head): boolean {
  return a.layer === b.layer && a.head === b.head;
}

/** Every trait watched, none steered. */
function offStrips(grids: Record<string, TraitGrid>): Strips {
  return Object.fromEntries(Object.entries(grids).map(([trait, grid]) => [trait, methodStrip(grid, "none")]));
}
