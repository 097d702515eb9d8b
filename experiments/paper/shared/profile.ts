/** How much of everything the experiments use. Sizes of a profile are part of every result. */
export interface Profile {
  name: "smoke" | "quick" | "full";
  /** Of the experiments over several instruments. */
  traits: string[];
  /** Of the experiments that study one. */
  trait: string;
  /** Pairs that the probes of a trait are trained on, and their length in seconds. */
  pairs: number;
  pairSeconds: number;
  /** Prompts, and what is generated after each, in seconds. */
  promptSeconds: number;
  seconds: number;
  /** Clips of music with the trait, to which Frechet distances are taken. */
  reference: number;
  /** Prompts whose takes are kept as sound. */
  sounds: number;
  /** alpha where an experiment uses one only, a method each. */
  alpha: { ITI: number; SMITIN: number };
  /** `massMean`: strengths that are tried along the mass-mean shift too. */
  continuation: { prompts: number; alpha: number[]; massMean: number[] };
  textToMusic: { traits: string[]; captions: number; alpha: number[] };
  monitorTrace: { prompts: number };
  dataSize: { pairs: number[]; prompts: number };
  directionChoice: { prompts: number; alpha: number[] };
  tradeOff: { prompts: number; alpha: number[]; topK: (number | "all")[] };
  severalTraits: { prompts: number; add: string; remove: string };
  synthetic: { clips: number; prompts: number; alpha: number[] };
  listeningTest: { prompts: number };
}

/** Prompts of the experiment that has most. */
export function mostPrompts(profile: Profile): number {
  const { continuation, monitorTrace, dataSize, directionChoice, tradeOff, severalTraits, synthetic } =
    profile;
  const sizes = [continuation, monitorTrace, dataSize, directionChoice, tradeOff, severalTraits, synthetic];
  return Math.max(...sizes.map(({ prompts }) => prompts));
}

/**
 * quick: about 1,800 takes, in under 30 minutes on 2 cores. full: the paper's order of sizes, for a night. smoke: to see that all
 * of it runs; its numbers mean nothing. Alphas reach beyond the paper's 5 and 10, since a small model needs more.
 */
export const profiles: Record<Profile["name"], Profile> = {
  smoke: {
    name: "smoke",
    traits: ["drums", "piano"],
    trait: "piano",
    pairs: 6,
    pairSeconds: 1,
    promptSeconds: 1.5,
    seconds: 1.5,
    reference: 4,
    sounds: 1,
    alpha: { ITI: 5, SMITIN: 10 },
    continuation: { prompts: 2, alpha: [5, 10], massMean: [5] },
    textToMusic: { traits: ["piano"], captions: 2, alpha: [5] },
    monitorTrace: { prompts: 1 },
    dataSize: { pairs: [4], prompts: 2 },
    directionChoice: { prompts: 2, alpha: [5] },
    tradeOff: { prompts: 2, alpha: [5, 10], topK: [1, "all"] },
    severalTraits: { prompts: 2, add: "drums", remove: "piano" },
    synthetic: { clips: 4, prompts: 2, alpha: [5] },
    listeningTest: { prompts: 1 },
  },
  quick: {
    name: "quick",
    traits: ["drums", "bass", "guitar", "piano"],
    trait: "piano",
    pairs: 120,
    pairSeconds: 3,
    promptSeconds: 3,
    seconds: 5,
    reference: 40,
    sounds: 2,
    alpha: { ITI: 5, SMITIN: 20 },
    continuation: { prompts: 20, alpha: [2, 5, 10, 20, 40], massMean: [] },
    textToMusic: { traits: ["drums", "piano"], captions: 12, alpha: [5, 10, 20] },
    monitorTrace: { prompts: 4 },
    dataSize: { pairs: [10, 20, 50], prompts: 16 },
    directionChoice: { prompts: 12, alpha: [5] },
    tradeOff: { prompts: 10, alpha: [2, 5, 10, 20], topK: [1, 4, 16, "all"] },
    severalTraits: { prompts: 8, add: "drums", remove: "piano" },
    synthetic: { clips: 60, prompts: 16, alpha: [10] },
    listeningTest: { prompts: 4 },
  },
  full: {
    name: "full",
    traits: ["drums", "bass", "guitar", "piano"],
    trait: "piano",
    pairs: 400,
    pairSeconds: 3,
    promptSeconds: 3,
    seconds: 5,
    reference: 200,
    sounds: 4,
    alpha: { ITI: 5, SMITIN: 20 },
    continuation: { prompts: 100, alpha: [1, 2, 3, 5, 10, 20, 40], massMean: [5] },
    textToMusic: { traits: ["drums", "bass", "guitar", "piano"], captions: 50, alpha: [2, 5, 10, 20] },
    monitorTrace: { prompts: 16 },
    dataSize: { pairs: [10, 20, 50, 100, 200], prompts: 100 },
    directionChoice: { prompts: 50, alpha: [2, 5, 10] },
    tradeOff: { prompts: 48, alpha: [1, 2, 3, 5, 10, 20, 40], topK: [1, 4, 16, "all"] },
    severalTraits: { prompts: 48, add: "drums", remove: "piano" },
    synthetic: { clips: 200, prompts: 48, alpha: [5, 10, 20] },
    listeningTest: { prompts: 10 },
  },
};
