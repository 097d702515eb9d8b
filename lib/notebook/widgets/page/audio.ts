import { joined } from "../../../math/concatenate";

/** Plays takes in step with one another, one of them audible, while their sound still comes in. */
export interface Player {
  /** Forget what was, begin anew. */
  begin(): void;
  /** The next stretch of every take. */
  push(rows: Float32Array[]): void;
  /** Which take is heard: without a click, within some milliseconds. */
  choose(row: number): void;
  /** Play from some second on what there is. */
  replay(seconds: number): void;
  halt(): void;
  /** The browser lets sound begin only after a click or key: try again. */
  wake(): void;
  readonly isAsleep: boolean;
  readonly isPlaying: boolean;
  /** Seconds heard. */
  played(): number;
  /** Seconds there are. */
  length(): number;
  /** A take's samples until now. */
  samples(row: number): Float32Array[];
  close(): void;
}

const firstDelay = 0.06;

export function createPlayer(sampleRate: number): Player {
  let context: AudioContext | undefined;
  let gains: GainNode[] = [];
  let sources: AudioBufferSourceNode[] = [];
  let rows: Float32Array[][] = [];
  let chosen = 0;
  let base = 0; // when the take's first sample sounds, in the context's time
  let count = 0; // samples there are
  let scheduled = 0; // samples up to which it will play
  let isPlaying = false;

  function open(): AudioContext {
    if (!context) {
      try {
        context = new AudioContext({ sampleRate, latencyHint: "interactive" });
      } catch {
        context = new AudioContext(); // a rate that the browser refuses: it resamples
      }
    }
    void context.resume?.();
    return context;
  }

  function schedule(stretch: Float32Array[], from: number): void {
    const audio = open();
    const [{ length }] = stretch;
    if (length === 0) return;
    const now = audio.currentTime;
    const wanted = base + from / sampleRate;
    // the sound came too late: a gap, and all that follows later
    if (wanted < now + 0.005) base += now + firstDelay - wanted;
    for (const [row, samples] of stretch.entries()) {
      const buffer = audio.createBuffer(1, samples.length, sampleRate);
      buffer.getChannelData(0).set(samples);
      const source = audio.createBufferSource();
      source.buffer = buffer;
      source.connect(gains[row]);
      source.start(base + from / sampleRate);
      sources.push(source);
    }
    scheduled = from + length;
  }

  function silence(): void {
    for (const source of sources) source.stop();
    sources = [];
    for (const gain of gains) gain.disconnect();
    gains = [];
    isPlaying = false;
  }

  function connect(): void {
    const audio = open();
    gains = rows.map((_, row) => {
      const gain = audio.createGain();
      gain.gain.value = row === chosen ? 1 : 0;
      gain.connect(audio.destination);
      return gain;
    });
  }

  const player: Player = {
    begin() {
      silence();
      rows = [];
      base = 0; // nothing was heard of what comes
      count = 0;
      scheduled = 0;
    },
    push(stretch) {
      const isFirst = rows.length === 0;
      if (isFirst) {
        rows = stretch.map(() => []);
        if (chosen >= rows.length) chosen = 0;
      }
      for (const [row, samples] of stretch.entries()) rows[row].push(samples);
      if (isFirst) {
        connect();
        base = open().currentTime + firstDelay;
        isPlaying = true;
      }
      if (isPlaying) schedule(stretch, count);
      count += stretch[0].length;
    },
    choose(row) {
      chosen = row;
      for (const [i, gain] of gains.entries())
        gain.gain.setTargetAtTime(i === row ? 1 : 0, open().currentTime, 0.008);
    },
    replay(seconds) {
      silence();
      if (rows.length === 0) return;
      connect();
      const from = Math.max(0, Math.min(count, Math.round(seconds * sampleRate)));
      base = open().currentTime + firstDelay - from / sampleRate;
      isPlaying = true;
      schedule(
        rows.map((parts) => joined(parts).subarray(from)),
        from,
      );
    },
    halt() {
      const at = player.played();
      silence();
      base = -at;
    },
    wake: () => void context?.resume?.(),
    get isAsleep() {
      return context?.state === "suspended";
    },
    get isPlaying() {
      return isPlaying && player.played() < count / sampleRate;
    },
    played() {
      if (!isPlaying) return Math.max(0, -base);
      const at = (context?.currentTime ?? 0) - base;
      return Math.max(0, Math.min(scheduled / sampleRate, at));
    },
    length: () => count / sampleRate,
    samples: (row) => rows[row] ?? [],
    close() {
      silence();
      void context?.close?.();
    },
  };
  return player;
}
