// Runs in the page: turns an <audio> element into a waveform and a spectrogram with a play button (wavesurfer.js).
const playing = new Set();

module.exports = function player(place, WaveSurfer, Spectrogram) {
  const audio = place.querySelector("audio");
  const { rate, prompt } = place.dataset;
  const bytes = Uint8Array.from(atob(audio.src.split(",")[1]), (character) => character.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));

  const button = document.createElement("button");
  const clock = document.createElement("span");
  const controls = document.createElement("div");
  const wave = document.createElement("div");
  Object.assign(button, { type: "button", textContent: "\u25b6" });
  button.setAttribute("aria-label", "play or pause");
  button.style.cssText = "width:32px;height:26px;margin-right:8px;cursor:pointer;font-size:13px;line-height:1";
  clock.style.cssText = "font-variant-numeric:tabular-nums";
  wave.style.cssText = "position:relative;margin-top:4px";
  controls.append(button, clock);
  audio.replaceWith(controls, wave);

  const surfer = WaveSurfer.create({
    container: wave,
    url,
    height: 72,
    sampleRate: Number(rate),
    waveColor: "#7fa8c9",
    progressColor: "#0072b2",
    cursorColor: "#d55e00",
    plugins: [
      Spectrogram.create({
        height: 110,
        fftSamples: 1024,
        windowFunc: "hann",
        scale: "mel",
        frequencyMax: Number(rate) / 2,
        labels: true,
        labelsBackground: "transparent",
        colorMap: "roseus",
      }),
    ],
  });

  const tell = () => {
    const seconds = (value) => value.toFixed(1).padStart(4, "\u2007");
    clock.textContent = `${seconds(surfer.getCurrentTime())} / ${seconds(surfer.getDuration())} s`;
  };
  surfer.on("ready", () => {
    tell();
    if (prompt) markPrompt(Number(prompt) / surfer.getDuration());
  });
  surfer.on("timeupdate", tell);
  surfer.on("play", () => {
    for (const other of playing) if (other !== surfer) other.pause();
    playing.add(surfer);
    button.textContent = "\u275a\u275a";
  });
  surfer.on("pause", () => (button.textContent = "\u25b6"));
  surfer.on("finish", () => (button.textContent = "\u25b6"));
  button.addEventListener("click", () => surfer.playPause());

  /** A line where the prompt ends and what the model added begins. */
  function markPrompt(share) {
    const line = document.createElement("div");
    const ink = "var(--jp-content-font-color1, #22262b)"; // as the theme has it
    line.title = "the prompt ends here";
    line.style.cssText =
      `position:absolute;left:${100 * share}%;top:0;bottom:0;border-left:2px dashed ${ink};` +
      "z-index:5;pointer-events:none";
    wave.append(line);
  }
};
