import type { Head } from "../steering/ablate";
import type { Examples, TraitGrid } from "./example";
import type { Hands } from "./hands";
import type { PromptOfPage } from "./protocol";
import type { TakeOnPage } from "./take";

export type Station = "sound" | "tokens" | "heads" | "next" | "speaker";

/** All that the page knows. */
export interface PageState {
  examples?: Examples;
  model:
    | { phase: "waiting" }
    | { phase: "loading"; done: number; total: number }
    | { phase: "ready"; fingerprint: string; lookAhead: number }
    | { phase: "failed"; why: string };
  grids: Record<string, TraitGrid>;
  prompts: PromptOfPage[];
  prompt: number;
  seed: number;
  hands: Hands;
  /** Whose accuracies the grid shows. */
  trait: string;
  head?: Head;
  /** What a click on a head does. */
  click: "mute" | "choose";
  station: Station;
  take?: TakeOnPage;
  /** 0: steered, 1: not. */
  row: 0 | 1;
  /** One sentence about what just happened, or went wrong. */
  told: string;
}

export interface Store<State> {
  readonly state: Readonly<State>;
  set(values: Partial<State>): void;
  /** Called now, and whenever one of these has become another. */
  follow(keys: (keyof State)[], listener: () => void): void;
}

export function createStore<State extends object>(first: State): Store<State> {
  let state = first;
  const followers: { keys: (keyof State)[]; listener: () => void }[] = [];
  return {
    get state() {
      return state;
    },
    set(values) {
      const before = state;
      state = { ...state, ...values };
      for (const { keys, listener } of followers)
        if (keys.some((key) => before[key] !== state[key])) listener();
    },
    follow(keys, listener) {
      followers.push({ keys, listener });
      listener();
    },
  };
}
