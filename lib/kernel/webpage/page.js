// Runs in the page: unfolds all code and folds it again; paper shows all of it.
{
  const sources = [...document.querySelectorAll("details.source")];
  const folded = sources.filter((source) => !source.open);
  const unfold = (open) => folded.forEach((source) => (source.open = open));
  addEventListener("beforeprint", () => unfold(true));
  if (folded.length > 0) {
    const button = document.createElement("button");
    const name = () => (button.textContent = folded.every(({ open }) => open) ? "Fold long code" : "Show all code");
    Object.assign(button, { type: "button", className: "unfold" });
    button.addEventListener("click", () => unfold(folded.some(({ open }) => !open)));
    for (const source of folded) source.addEventListener("toggle", name);
    name();
    sources[0].closest("section").before(button);
  }
}
