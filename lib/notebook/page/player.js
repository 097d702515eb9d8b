// Runs in the page: turns an <audio> element into a waveform and a spectrogram with a play button (wavesurfer.js).
const playing = new Set();

const themes = {
  light: { waveColor: "#5b8fb9", progressColor: "#0072b2", cursorColor: "#d55e00" },
  dark: { waveColor: "#5787ab", progressColor: "#8fd0f5", cursorColor: "#ff9e57" },
};
const accents = { light: ["#0072b2", "#ffffff"], dark: ["#56b4e9", "#15181c"] };
const shapes = { play: "M5 3v10l8-5z", pause: "M4 3h3v10H4zM9 3h3v10H9z" };
const dark = matchMedia("(prefers-color-scheme: dark)");

module.exports = function player(place, WaveSurfer, Spectrogram) {
  const audio = place.querySelector("audio");
  const name = place.querySelector("figcaption")?.textContent || "the sound";
  const { rate, prompt } = place.dataset;
  const bytes = Uint8Array.from(atob(audio.src.split(",")[1]), (character) => character.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));

  const button = document.createElement("button");
  const clock = document.createElement("span");
  const controls = document.createElement("div");
  const wave = document.createElement("div");
  button.type = "button";
  button.setAttribute("aria-label", `play ${name}`);
  button.style.cssText =
    "display:grid;place-items:center;width:32px;height:32px;padding:0;border:0;border-radius:50%;cursor:pointer";
  clock.style.cssText = "font-variant-numeric:tabular-nums;font-size:13px";
  controls.style.cssText = "display:flex;align-items:center;gap:8px";
  wave.style.cssText = "position:relative;margin-top:8px";
  controls.append(button, clock);
  audio.replaceWith(controls, wave);

  const surfer = WaveSurfer.create({
    container: wave,
    url,
    height: 72,
    sampleRate: Number(rate),
    ...themes[theme()],
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
    const seconds = (value) => value.toFixed(1);
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
    draw(true);
  });
  surfer.on("pause", () => draw(false));
  surfer.on("finish", () => draw(false));
  button.addEventListener("click", () => surfer.playPause());
  dark.addEventListener("change", () => {
    surfer.setOptions(themes[theme()]);
    draw(surfer.isPlaying());
  });
  draw(false);

  function draw(isPlaying) {
    const [ground, ink] = accents[theme()];
    button.setAttribute("aria-pressed", isPlaying);
    button.style.background = ground;
    button.innerHTML = `<svg width="16" height="16" fill="${ink}" aria-hidden="true"><path d="${isPlaying ? shapes.pause : shapes.play}"/></svg>`;
  }

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

/** JupyterLab says which theme it has; elsewhere the reader's own counts. */
function theme() {
  const { jpThemeLight } = document.body.dataset;
  return (jpThemeLight === undefined ? dark.matches : jpThemeLight === "false") ? "dark" : "light";
}
