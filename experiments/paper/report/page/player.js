// Runs in the page: a waveform and a play button in the place of every browser player. The sound itself is only played,
// never read, so that the page works from the file system too.
const surfers = [];
const isDark = globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches;

function player(place) {
  const audio = place.querySelector("audio");
  const { peaks, duration, prompt } = JSON.parse(place.dataset.wave);
  const button = document.createElement("button");
  const clock = document.createElement("span");
  const wave = document.createElement("div");
  button.type = "button";
  button.textContent = "\u25b6";
  button.setAttribute("aria-label", "play or pause");
  clock.className = "clock";
  wave.className = "wave";
  audio.removeAttribute("controls");
  audio.after(wave, button, clock);
  const surfer = WaveSurfer.create({
    container: wave,
    media: audio,
    peaks: [peaks],
    duration,
    height: 56,
    waveColor: isDark ? "#5787ab" : "#5b8fb9",
    progressColor: isDark ? "#56b4e9" : "#0072b2",
    cursorColor: isDark ? "#ff9e57" : "#d55e00",
  });
  surfers.push(surfer);
  const tell = (time) => {
    clock.textContent = `${time.toFixed(1)} / ${duration.toFixed(1)} s`;
  };
  tell(0);
  surfer.on("timeupdate", tell);
  surfer.on("play", () => {
    for (const other of surfers) if (other !== surfer) other.pause();
    button.textContent = "\u23f8";
  });
  for (const event of ["pause", "finish"]) surfer.on(event, () => (button.textContent = "\u25b6"));
  button.addEventListener("click", () => surfer.playPause());
  if (prompt) {
    const line = document.createElement("div");
    line.className = "prompt-end";
    line.title = "the prompt ends here";
    line.style.left = `${(100 * prompt) / duration}%`;
    wave.append(line);
  }
}

if (window.WaveSurfer) for (const place of document.querySelectorAll(".player")) player(place);
