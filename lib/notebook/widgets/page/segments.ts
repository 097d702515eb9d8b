/** Plays stretches of one sound, one after another, each faded in and out. */
export interface Segments {
  /** The sound itself. */
  put(samples: Float32Array, sampleRate: number): void;
  readonly isThere: boolean;
  /**
   * @param parts [from, to] in seconds, played in this order with a little silence between them
   * @param at told the second of the sound that is heard, about 30 times a second; undefined once it is over
   */
  play(parts: [from: number, to: number][], at: (seconds: number | undefined) => void): void;
  stop(): void;
  readonly isPlaying: boolean;
  close(): void;
}

const fade = 0.01;
const gap = 0.12;
const delay = 0.03;

export function createSegments(): Segments {
  let context: AudioContext | undefined;
  let buffer: AudioBuffer | undefined;
  let sources: AudioBufferSourceNode[] = [];
  let clock: ReturnType<typeof setInterval> | undefined;
  let told: ((seconds: number | undefined) => void) | undefined;

  const segments: Segments = {
    put(samples, sampleRate) {
      context ??= new AudioContext();
      buffer = context.createBuffer(1, samples.length, sampleRate);
      buffer.getChannelData(0).set(samples);
    },
    get isThere() {
      return buffer !== undefined;
    },
    get isPlaying() {
      return clock !== undefined;
    },
    play(parts, at) {
      segments.stop();
      if (!context || !buffer) return;
      void context.resume?.();
      told = at;
      let start = context.currentTime + delay;
      const plan: { start: number; from: number; end: number }[] = [];
      for (const [from, to] of parts) {
        const length = Math.min(to, buffer.duration) - from;
        if (length <= 0) continue;
        const source = context.createBufferSource();
        const gain = context.createGain();
        source.buffer = buffer;
        gain.gain.setValueAtTime(0, start);
        gain.gain.linearRampToValueAtTime(1, start + fade);
        gain.gain.setValueAtTime(1, start + Math.max(fade, length - fade));
        gain.gain.linearRampToValueAtTime(0, start + length);
        source.connect(gain);
        gain.connect(context.destination);
        source.start(start, from, length);
        sources.push(source);
        plan.push({ start, from, end: start + length });
        start += length + gap;
      }
      clock = setInterval(() => {
        const time = context!.currentTime;
        const current = plan.find(({ end }) => time < end);
        if (!current) segments.stop();
        else if (time >= current.start) at(current.from + time - current.start);
      }, 33);
    },
    stop() {
      clearInterval(clock);
      clock = undefined;
      for (const source of sources) source.stop();
      sources = [];
      const tell = told;
      told = undefined;
      tell?.(undefined);
    },
    close() {
      segments.stop();
      void context?.close?.();
    },
  };
  return segments;
}
