/** Plays takes in step with one another, one of them audible, while their sound still comes in. */
export interface Player {
  /** Forget what was. */
  begin(): void;
  /** The next stretch of every take. */
  push(rows: Float32Array[]): void;
  /** No more will come. */
  end(): void;
  /** From some second on, or from where it stopped. */
  play(from?: number): void;
  pause(): void;
  /** Which take is heard: one fades into the other. */
  choose(row: number): void;
  readonly isPlaying: boolean;
  /** The browser lets sound begin only after a click or a key: `wake` in the next one. */
  readonly isAsleep: boolean;
  wake(): void;
  /** Whether it waits for sound that is still being made. */
  readonly isWaiting: boolean;
  /** Seconds of sound that it wants to have ahead before it goes on: more on a machine that was too slow. */
  readonly reserve: number;
  /** Seconds heard, and seconds there are. */
  played(): number;
  length(): number;
  samples(row: number): Float32Array;
  close(): void;
}

const fade = 0.01;
const firstDelay = 0.03;
const leastReserve = 0.15;

/**
 * Every beginning, end, wait and change fades over 10 ms. Where sound comes too late the end of what there is fades out, and
 * what follows waits until there is a reserve, twice as long each time.
 * @param reserves seconds of that reserve at first and at most: none where sound is made no further ahead than it plays
 */
export function createPlayer(
  sampleRate: number,
  changed: () => void,
  { first = leastReserve, most = 30 }: { first?: number; most?: number } = {},
): Player {
  let context: AudioContext | undefined;
  let voices: { edge: GainNode; gains: GainNode[]; sources: AudioBufferSourceNode[] } | undefined;
  let rows: Float32Array[][] = [];
  let count = 0; // samples there are
  let scheduled = 0; // samples up to which it will play
  let base = 0; // when the take's first sample sounds, in the context's time
  let at = 0; // seconds, while it does not sound
  let chosen = 0;
  let reserve = first;
  let wantsToPlay = false;
  let isWhole = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open(): AudioContext {
    if (!context) {
      try {
        context = new AudioContext({ sampleRate, latencyHint: "interactive" });
      } catch {
        context = new AudioContext(); // a rate that the browser refuses: it resamples
      }
    }
    if (context.state === "suspended") void context.resume();
    return context;
  }

  /** Sound from the present place on, if enough of it is there. */
  function start(): void {
    const ahead = count / sampleRate - at;
    if (ahead <= 0 && isWhole) at = 0;
    if (rows.length === 0 || (!isWhole && ahead < Math.max(reserve, 1 / sampleRate))) return;
    const audio = open();
    const edge = audio.createGain();
    edge.connect(audio.destination);
    const heard = audible();
    const gains = rows.map((_, row) => {
      const gain = audio.createGain();
      gain.gain.value = row === heard ? 1 : 0;
      gain.connect(edge);
      return gain;
    });
    const begin = audio.currentTime + firstDelay;
    edge.gain.setValueAtTime(0, begin);
    edge.gain.linearRampToValueAtTime(1, begin + fade);
    voices = { edge, gains, sources: [] };
    base = begin - at;
    scheduled = Math.round(at * sampleRate);
    schedule();
  }

  /** Everything that has come since, and a fade where it ends. */
  function schedule(): void {
    if (!voices || count <= scheduled) return;
    const audio = open();
    const { edge, gains, sources } = voices;
    const before = base + scheduled / sampleRate;
    for (const [row, parts] of rows.entries()) {
      const samples = cut(parts, scheduled, count);
      const buffer = audio.createBuffer(1, samples.length, sampleRate);
      buffer.copyToChannel(samples, 0);
      const source = audio.createBufferSource();
      source.buffer = buffer;
      source.connect(gains[row]);
      source.start(before);
      sources.push(source);
    }
    scheduled = count;
    const end = base + scheduled / sampleRate;
    if (before - fade > audio.currentTime) edge.gain.cancelScheduledValues(before - fade);
    edge.gain.setValueAtTime(1, Math.max(before, end - fade));
    edge.gain.linearRampToValueAtTime(0, end);
    clearTimeout(timer);
    timer = setTimeout(runOut, Math.max(0, 1000 * (end - audio.currentTime)));
  }

  /** All that was there has sounded. */
  function runOut(): void {
    if (!voices) return;
    at = scheduled / sampleRate;
    drop();
    if (isWhole && count <= scheduled) {
      wantsToPlay = false;
      at = count / sampleRate;
    } else {
      reserve = Math.min(most, 2 * reserve);
      start();
    }
    changed();
  }

  /** The chosen take, or the only one there is. */
  function audible(): number {
    return Math.min(chosen, rows.length - 1);
  }

  function drop(): void {
    clearTimeout(timer);
    if (!voices || !context) return;
    const { edge, sources } = voices;
    const now = context.currentTime;
    edge.gain.cancelScheduledValues(now);
    edge.gain.setValueAtTime(edge.gain.value, now);
    edge.gain.linearRampToValueAtTime(0, now + fade);
    for (const source of sources) source.stop(now + 2 * fade);
    voices = undefined;
  }

  const player: Player = {
    begin() {
      drop();
      [rows, count, scheduled, at, isWhole, wantsToPlay] = [[], 0, 0, 0, false, false];
      reserve = first;
    },
    push(stretch) {
      if (rows.length === 0) rows = stretch.map(() => []);
      for (const [row, samples] of stretch.entries()) rows[row].push(samples);
      count += stretch[0].length;
      // what sounds is nearly over: let it end and begin again with a reserve
      const isTooLate = voices && context && base + scheduled / sampleRate < context.currentTime + 0.5 * fade;
      if (voices && !isTooLate) schedule();
      else if (!voices && wantsToPlay) start();
    },
    end() {
      isWhole = true;
      if (voices || !wantsToPlay) return;
      if (at < count / sampleRate) start();
      else {
        wantsToPlay = false; // all of it has sounded
        changed();
      }
    },
    play(from) {
      open(); // within the click: browsers want that
      drop();
      if (from !== undefined) at = Math.max(0, Math.min(count / sampleRate, from));
      wantsToPlay = true;
      start();
      changed();
    },
    pause() {
      at = player.played();
      wantsToPlay = false;
      drop();
      changed();
    },
    choose(row) {
      chosen = row;
      if (!voices || !context) return;
      const now = context.currentTime;
      for (const [i, { gain }] of voices.gains.entries()) {
        gain.cancelScheduledValues(now);
        gain.setValueAtTime(gain.value, now);
        gain.linearRampToValueAtTime(i === audible() ? 1 : 0, now + fade);
      }
    },
    get isPlaying() {
      return wantsToPlay;
    },
    get isAsleep() {
      return context?.state === "suspended";
    },
    wake: () => void context?.resume?.(),
    get isWaiting() {
      return wantsToPlay && !voices;
    },
    get reserve() {
      return reserve;
    },
    played() {
      if (!voices || !context) return at;
      return Math.max(at, Math.min(scheduled / sampleRate, context.currentTime - base));
    },
    length: () => count / sampleRate,
    samples: (row) => cut(rows[row] ?? [], 0, count),
    close() {
      drop();
      void context?.close?.();
    },
  };
  return player;
}

/** Samples [from, to) of a sound in parts. */
function cut(parts: Float32Array[], from: number, to: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(to - from);
  let start = 0;
  for (const part of parts) {
    const end = start + part.length;
    if (end > from && start < to)
      samples.set(
        part.subarray(Math.max(0, from - start), Math.min(part.length, to - start)),
        Math.max(0, start - from),
      );
    start = end;
  }
  return samples;
}
