/** What the studio band can play: one line a pattern, a character a sixteenth, `x` strikes (`X` accented). */

export const progressions = {
  major: [
    [0, 5, 7, 0],
    [0, 7, 9, 5],
    [0, 9, 5, 7],
    [0, 5, 0, 7],
  ],
  minor: [
    [0, 8, 3, 10],
    [0, 5, 7, 0],
    [0, 10, 8, 7],
    [0, 3, 10, 5],
  ],
};

/** Degrees of each scale (semitones above the tonic) whose triad is minor. */
export const minorTriads = { major: [2, 4, 9], minor: [0, 2, 5, 7] };

/** Kick, snare and closed hi-hat (General MIDI keys 36, 38, 42). */
export const drumPatterns = [
  ["X.......X.......", "....X.......X...", "x.x.x.x.x.x.x.x."],
  ["X.....x.X.......", "....X.......X...", "xxxxxxxxxxxxxxxx"],
  ["X...X...X...X...", "....X.......X...", "..x...x...x...x."],
  ["X..x..x.X..x..x.", "....X.......X..x", "x.x.x.x.x.x.x.x."],
];

export const bassPatterns = ["x.x.x.x.x.x.x.x.", "X...x...X...x...", "X..x..x...x.x...", "X.......x......."];

/** `chord` strikes all notes of the triad, `arpeggio` one after the other in the order given. */
export const guitarPatterns = [
  { strikes: "X.......x.......", order: "chord", hold: 8 },
  { strikes: "X...x...X...x...", order: "chord", hold: 3 },
  { strikes: "x.x.x.x.x.x.x.x.", order: [0, 1, 2], hold: 3 },
] as const;

export const pianoPatterns = [
  { strikes: "X...............", order: "chord", hold: 16 },
  { strikes: "X.....x.....x...", order: "chord", hold: 4 },
  { strikes: "x.x.x.x.x.x.x.x.", order: [0, 1, 2, 1], hold: 4 },
] as const;

/** General MIDI programs (drums: kits on channel 10) with the word a caption uses. */
export const programs = {
  drums: [
    { program: 0, word: "drums" },
    { program: 16, word: "power drums" },
    { program: 25, word: "electronic drums" },
  ],
  bass: [
    { program: 33, word: "bass" },
    { program: 34, word: "picked bass" },
    { program: 38, word: "synth bass" },
  ],
  guitar: [
    { program: 25, word: "acoustic guitar" },
    { program: 27, word: "electric guitar" },
    { program: 29, word: "overdriven guitar" },
  ],
  piano: [
    { program: 0, word: "piano" },
    { program: 4, word: "electric piano" },
  ],
};
