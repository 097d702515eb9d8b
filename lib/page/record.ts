import type { Audio } from "../audio/audio";

/**
 * Record from the microphone for some seconds.
 * @throws Error with one sentence for people: none there, or not allowed
 */
export async function record(seconds: number): Promise<Audio> {
  const stream = await microphone();
  try {
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => void parts.push(data);
    const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    recorder.start();
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds + 200));
    recorder.stop();
    await ended;
    const context = new OfflineAudioContext(1, 1, 48000);
    const sound = await context.decodeAudioData(await new Blob(parts).arrayBuffer());
    return { samples: sound.getChannelData(0), sampleRate: sound.sampleRate };
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function microphone(): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (!mediaDevices || typeof MediaRecorder !== "function")
    throw new Error("This browser gives no microphone to this page: drop a sound file instead.");
  try {
    return await mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
  } catch (error) {
    const { name } = error as DOMException;
    throw new Error(
      name === "NotFoundError"
        ? "No microphone was found: drop a sound file instead."
        : "The microphone was not allowed: allow it beside the address, or drop a sound file instead.",
    );
  }
}
