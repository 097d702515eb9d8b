import type { Player } from "../notebook/widgets/page/player";
import type { Examples } from "./example";
import type { Hands } from "./hands";
import type { LinkedTake } from "./link";
import { preparedSound } from "./preparedSound";
import type { PageState, Store } from "./state";
import { hearStrayErrors } from "./strayErrors";
import { openStudio, type Studio } from "./studio";
import { addMade, addSound, emptyTake } from "./take";

/** The take that sounds: one that was prepared, or one that the worker makes while it is heard and steered. */
export interface Making {
  studio: Studio;
  /** Play, or stop. */
  toggle(): void;
  /** A new take with the seed, prompt and hands that are set now, from its beginning. */
  begin(): void;
  /** Give up what is made. @param isStale whether the next Play makes a take, though one is there */
  drop(isStale: boolean): void;
  /** The next Play makes a take with these moves; a hand that moves something ends that. */
  replay(linked: LinkedTake | undefined): void;
  /** Hands have moved. */
  steer(hands: Hands): void;
}

/** Seconds of new music that a live take has. */
export const newSeconds = 17;
/** Sound comes in stretches of so many seconds (`streamTake`'s chunk). */
const stretch = 0.2;
/** How far ahead a take is made in a tab that is not seen, whose clocks go slowly, in seconds. */
const hiddenReserve = 8;

/**
 * @param folder where prepared takes' sounds are
 * @param ready called when the model is there
 */
export function createMaking(
  {
    store,
    player,
    examples,
    folder,
  }: { store: Store<PageState>; player: Player; examples: Examples; folder: string },
  ready: () => void,
): Making {
  const { frameRate, sampleRate } = examples;
  const hop = sampleRate / frameRate;
  let number = 0;
  let isMaking = false;
  let isStale = false; // whether hands have moved since the take was made
  let isSounding: "example" | "live" | undefined;
  let replayed: LinkedTake | undefined;
  let restart: ReturnType<typeof setTimeout> | undefined;
  const tell = (told: string) => store.set({ told });

  const stray = (why: string) =>
    tell(`Something went wrong: ${why}. If nothing goes on, load the page again.`);
  hearStrayErrors(stray);

  const studio = openStudio({
    loading: (done, total) => store.set({ model: { phase: "loading", done, total } }),
    ready({ fingerprint, lookAhead, hasSimd }) {
      store.set({ model: { phase: "ready", fingerprint, lookAhead } });
      if (!hasSimd) tell("This browser has no WebAssembly SIMD: music is made, but many times more slowly.");
      ready();
    },
    failed(why) {
      store.set({ model: { phase: "failed", why } });
      tell(`The model could not be loaded (${why}). The prepared takes play all the same.`);
    },
    made(made) {
      const { take, hands } = store.state;
      if (!take || made.number !== take.number) return;
      addMade(take, made);
      addSound(take, made.sound, sampleRate);
      player.push(made.sound);
      const move = made.moves.at(-1);
      if (replayed && move && move.strips !== hands.strips)
        store.set({ hands: { strips: move.strips, muted: [...(move.muted ?? [])] } });
    },
    ended({ number: which, moves, tokens }) {
      const { take } = store.state;
      if (!take || which !== take.number) return;
      isMaking = false;
      player.end();
      store.set({ take: { ...take, moves, tokens, isWhole: true } });
    },
    wrong(why) {
      isMaking = false;
      player.end();
      tell(`This take could not be made: ${why}.`);
    },
    stray,
  });
  const sounds = preparedSound(examples, folder, () => studio);
  void sounds.take(examples.takes[0]).catch(() => {}); // so that the first click sounds at once

  setInterval(() => {
    const { take, model } = store.state;
    if (!isMaking || !take || model.phase !== "ready") return;
    // as far ahead of what sounds as the player needs, and no more: a slider waits for all that is made already
    const ahead = player.reserve + stretch + (model.lookAhead + 1) / frameRate;
    const heard = player.played() - take.prompt[0].length / frameRate;
    studio.until(heard + (document.hidden ? hiddenReserve : ahead));
  }, 50);
  document.addEventListener("visibilitychange", () => {
    const { take } = store.state; // at once: the clock above goes slowly from now on
    if (document.hidden && isMaking && take)
      studio.until(player.played() - take.prompt[0].length / frameRate + hiddenReserve);
  });

  async function playExample(): Promise<void> {
    const example = examples.takes.find(({ prompt }) => prompt === store.state.take?.prompt);
    if (!example) return;
    player.begin();
    isSounding = "example";
    player.play(0);
    try {
      const rows = await sounds.take(example);
      if (isSounding !== "example") return;
      player.push(rows);
      player.end();
    } catch (error) {
      isSounding = undefined;
      player.pause();
      tell(`This take could not be loaded (${(error as Error).message}). Press Play to try again.`);
    }
  }

  async function begin(): Promise<void> {
    const { prompts, prompt, seed, model, hands, grids } = store.state;
    if (model.phase !== "ready") return;
    clearTimeout(restart);
    const { tokens } = prompts[prompt];
    const mine = ++number;
    const frames = replayed?.frames ?? Math.round(newSeconds * frameRate);
    const take = emptyTake({ number: mine, seed, prompt: tokens, frames, traits: Object.keys(grids) });
    studio.stop();
    player.begin();
    isSounding = "live";
    [isMaking, isStale] = [true, false];
    store.set({ take, told: "" });
    player.play(0);
    const sound = await sounds.prompt(tokens);
    if (number !== mine || isSounding !== "live") return;
    const known = sound.subarray(0, Math.max(0, tokens[0].length - model.lookAhead) * hop);
    addSound(take, [known, known], sampleRate);
    player.push([known, known]);
    studio.make({ number: mine, prompt: tokens, seed, frames, moves: replayed?.moves }, hands);
  }

  return {
    studio,
    toggle() {
      const { take, model } = store.state;
      if (player.isPlaying) player.pause();
      else if (model.phase === "ready" && (isStale || take?.number === 0) && !isMaking) void begin();
      else if (!isSounding) void playExample();
      else player.play();
    },
    begin: () => void begin(),
    drop(stale) {
      player.pause();
      studio.stop();
      replayed = undefined;
      [isMaking, isSounding, isStale] = [false, undefined, stale];
    },
    replay(linked) {
      replayed = linked;
      isStale = true;
    },
    steer(hands) {
      replayed = undefined;
      store.set({ hands });
      isStale = true;
      const { model, take } = store.state;
      if (isMaking) studio.hands(hands);
      else if (model.phase === "failed") tell("The model could not be loaded: only the prepared takes play.");
      else if (model.phase !== "ready") tell("You will hear this as soon as the model has loaded.");
      else if (player.isPlaying && take?.number === 0) {
        clearTimeout(restart);
        restart = setTimeout(() => void begin(), 250);
      } else if (!player.isPlaying) tell("Press Play: a take is made with these settings.");
    },
  };
}
