import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { createPlayer } from "../../lib/notebook/widgets/page/player";

/** What the player asks of Web Audio, noted instead of heard. */
interface Noted {
  gains: { value: number; ramps: [kind: string, value: number, at: number][] }[];
  starts: { at: number; length: number }[];
  stops: number[];
}
let noted: Noted;
let now = 0;

class FakeAudio {
  state = "running";
  destination = {};
  get currentTime() {
    return now;
  }
  createGain() {
    const gain = { value: 1, ramps: [] as Noted["gains"][number]["ramps"] };
    noted.gains.push(gain);
    const param = Object.assign(gain, {
      setValueAtTime: (value: number, at: number) => gain.ramps.push(["set", value, at]),
      linearRampToValueAtTime: (value: number, at: number) => gain.ramps.push(["ramp", value, at]),
      cancelScheduledValues: (at: number) => gain.ramps.push(["cancel", 0, at]),
    });
    return { gain: param, connect() {} };
  }
  createBuffer(_: number, length: number) {
    return { length, copyToChannel() {} };
  }
  createBufferSource() {
    const source = {
      buffer: { length: 0 },
      connect() {},
      start: (at: number) => void noted.starts.push({ at, length: source.buffer.length }),
      stop: (at: number) => void noted.stops.push(at),
    };
    return source;
  }
}

beforeEach(() => {
  noted = { gains: [], starts: [], stops: [] };
  now = 10;
  Object.assign(globalThis, { AudioContext: FakeAudio });
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

const stretch = (seconds: number) => [0, 1].map(() => new Float32Array(1000 * seconds));
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
const lastRamp = () => noted.gains[0].ramps.at(-1)!;

test("stretches follow one another without a gap, the fade at the end moves on with each", () => {
  const player = createPlayer(1000, () => {});
  player.begin();
  player.play(0);
  player.push(stretch(1));
  near(noted.starts[0].at, 10.03);
  assert.deepEqual(
    noted.gains[0].ramps.slice(0, 2).map(([kind, value]) => [kind, value]),
    [
      ["set", 0],
      ["ramp", 1],
    ],
  );
  near(lastRamp()[2], 11.03);
  now = 10.5;
  player.push(stretch(0.5));
  near(noted.starts[2].at, 11.03);
  near(lastRamp()[2], 11.53);
  near(player.played(), 0.47);
});

test("sound that comes too late is waited for, with a longer reserve each time", () => {
  const player = createPlayer(1000, () => {});
  player.begin();
  player.play(0);
  player.push(stretch(1));
  const { reserve } = player;
  now = 11.03;
  mock.timers.tick(1100);
  assert.equal(player.isWaiting, true);
  near(player.reserve, 2 * reserve);
  player.push(stretch(0.2)); // less than the reserve
  assert.equal(player.isWaiting, true);
  player.push(stretch(0.5));
  assert.equal(player.isWaiting, false);
  assert.equal(noted.starts.at(-1)!.length, 700);
  near(player.played(), 1);
});

test("it stops with a fade, goes on where it was, and ends where the whole take ends", () => {
  const player = createPlayer(1000, () => {});
  player.begin();
  player.play(0);
  player.push(stretch(2));
  player.end();
  now = 10.53;
  player.pause();
  near(player.played(), 0.5);
  assert.deepEqual([lastRamp()[0], lastRamp()[1]], ["ramp", 0]);
  near(lastRamp()[2], now + 0.01);
  assert.ok(noted.stops.every((at) => at >= now + 0.01));
  player.play();
  assert.equal(noted.starts.at(-1)!.length, 1500);
  now = 12.1;
  mock.timers.tick(2000);
  assert.equal(player.isPlaying, false);
  near(player.played(), 2);
});

test("what has all sounded when its end is known is over, and does not begin again", () => {
  const player = createPlayer(1000, () => {}, { first: 0, most: 0 });
  player.begin();
  player.play();
  player.push(stretch(0.05)); // no reserve: it sounds at once
  assert.equal(noted.starts.length, 2);
  now = 10.2;
  mock.timers.tick(200);
  assert.deepEqual([player.isPlaying, player.isWaiting], [true, true]);
  player.end();
  assert.deepEqual([player.isPlaying, noted.starts.length], [false, 2]);
});

test("a take alone is heard, whichever was chosen before", () => {
  const player = createPlayer(1000, () => {});
  player.choose(1);
  player.begin();
  player.play();
  player.push([new Float32Array(1000)]);
  assert.equal(noted.gains[1].value, 1);
});

test("from one take to the other the sound fades over 10 ms", () => {
  const player = createPlayer(1000, () => {});
  player.begin();
  player.play(0);
  player.push(stretch(2));
  player.choose(1);
  const [first, second] = noted.gains.slice(1);
  assert.deepEqual([first.ramps.at(-1)![1], second.ramps.at(-1)![1]], [0, 1]);
  near(first.ramps.at(-1)![2], now + 0.01);
});
