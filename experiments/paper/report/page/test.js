// Runs in the listening test's page: one pair at a time, ratings kept in the browser until they are saved as a file.
const { test, trials } = JSON.parse(document.querySelector("#trials").textContent);
const storage = `smitin-listening-${test}`;
const state = restore() ?? { rater: "", order: shuffle(trials.map((_, i) => i)), ratings: {} };
let at = state.order.findIndex((i) => !isRated(trials[i]));
if (at < 0) at = trials.length - 1;

const element = (selector) => document.querySelector(selector);
const rater = element("#rater");
rater.value = state.rater;
rater.addEventListener("input", () => {
  state.rater = rater.value.trim();
  keep();
});
element("#back").addEventListener("click", () => show(at - 1));
element("#next").addEventListener("click", () => show(at + 1));
element("#save").addEventListener("click", save);
show(at);

function isRated({ trial, clips }) {
  const rated = state.ratings[trial];
  return clips.every(({ id }) => rated?.scores?.[id]);
}

/** Show one pair, with what was already rated. */
function show(wanted) {
  for (const surfer of surfers.splice(0)) surfer.destroy();
  at = Math.max(0, Math.min(trials.length - 1, wanted));
  const { trial, clips } = trials[state.order[at]];
  const rated = (state.ratings[trial] ??= { scores: {}, better: null });
  element("#place").textContent = `Pair ${at + 1} of ${trials.length}`;
  element("#pair").replaceChildren(
    ...clips.map((clip, i) => {
      const column = document.createElement("div");
      const label = "AB"[i];
      column.innerHTML =
        `<figure class="player"><figcaption>${label}</figcaption><audio controls preload="auto"></audio></figure>` +
        `<fieldset><legend>How good is ${label}, as music that goes on?</legend></fieldset>`;
      const figure = column.querySelector("figure");
      figure.dataset.wave = JSON.stringify({ peaks: clip.peaks, duration: clip.duration, prompt: clip.prompt });
      figure.querySelector("audio").src = `clips/${clip.id}.wav`;
      const words = ["bad", "poor", "fair", "good", "excellent"];
      words.forEach((word, n) => {
        column.querySelector("fieldset").append(
          choice(`score-${label}`, `${n + 1} ${word}`, rated.scores[clip.id] === n + 1, () => {
            rated.scores[clip.id] = n + 1;
          }),
        );
      });
      return column;
    }),
  );
  const better = element("#better");
  better.replaceChildren(
    ...[...clips.map(({ id }) => id), "same"].map((id, i) =>
      choice("better", ["A", "B", "no difference"][i], rated.better === id, () => {
        rated.better = id;
      }),
    ),
  );
  if (window.WaveSurfer) for (const place of document.querySelectorAll(".player")) player(place);
  tell();
}

function choice(name, text, checked, choose) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name, checked });
  input.addEventListener("change", () => {
    choose();
    keep();
    tell();
  });
  label.append(input, ` ${text}`);
  return label;
}

function tell() {
  const done = trials.filter(isRated).length;
  element("#done").textContent = `${done} of ${trials.length} pairs rated`;
}

function keep() {
  try {
    localStorage.setItem(storage, JSON.stringify(state));
  } catch {
    // A browser that keeps nothing for files: save before the page is closed.
  }
}

function restore() {
  try {
    return JSON.parse(localStorage.getItem(storage));
  } catch {
    return null;
  }
}

/** The ratings as a file: what `npm run reproduce -- ratings` reads. */
function save() {
  const ratings = trials.filter(isRated).map(({ trial }) => ({ trial, ...state.ratings[trial] }));
  const text = JSON.stringify({ kind: "smitin-ratings", test, rater: state.rater || "anonymous", ratings }, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `ratings-${(state.rater || "anonymous").replace(/[^\w-]+/g, "-")}.json`;
  link.click();
}

function shuffle(list) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}
