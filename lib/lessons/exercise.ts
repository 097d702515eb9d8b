/*
 * Exercises of the course: a cell with a gap, and a check that says what is wrong with an answer, and why, without giving it away.
 * A check never throws, so that the cells after an unfinished exercise run all the same.
 */

/** What a check says. As a cell's last value it is a line with a coloured edge. */
export interface CheckResult {
  exercise: string;
  right: boolean;
  message: string;
  _repr_mimebundle_(): Record<string, unknown>;
}

/** One exercise as a teacher counts it. */
export interface Mark {
  exercise: string;
  right: boolean;
  /** How often it was checked, up to the first right answer. */
  tries: number;
}

class Gap extends Error {}

const results = new Map<string, Mark>();

/**
 * Stands where the student's code goes.
 * @throws whenever it runs: checks know it and say "not done yet"
 */
export function gap(what = "your code"): never {
  throw new Gap(what);
}

/**
 * A check of one exercise.
 * @param name as in "1.2 strength": chapter, number, word
 * @param judge tries an answer; says what is wrong with it and why, or nothing when it is right
 * @param praise what a right answer means
 */
export function exercise<Answer>(
  name: string,
  judge: (answer: Answer) => string | undefined,
  praise: string,
): (answer: Answer) => CheckResult {
  return (answer) => {
    const wrong = judged(() => judge(answer));
    const before = results.get(name) ?? { exercise: name, right: false, tries: 0 };
    const isGap = wrong?.startsWith(unfinished) === true;
    if (!before.right && !isGap)
      results.set(name, { exercise: name, right: wrong === undefined, tries: before.tries + 1 });
    return verdict(name, wrong);
  };

  function verdict(exercise: string, wrong: string | undefined): CheckResult {
    const right = wrong === undefined;
    const message = wrong ?? `Right. ${praise}`;
    const edge = right ? "#009e73" : "#d55e00";
    const html =
      `<div style="border-left:4px solid ${edge};padding:4px 10px"><b>${right ? "✓" : "✗"} ${escaped(exercise)}</b><br>` +
      `${escaped(message)}</div>`;
    return {
      exercise,
      right,
      message,
      _repr_mimebundle_: () => ({ "text/html": html, "text/plain": `[${exercise}] ${message}` }),
    };
  }
}

const unfinished = "Not done yet";

function judged(judge: () => string | undefined): string | undefined {
  try {
    return judge();
  } catch (error) {
    if (error instanceof Gap) return `${unfinished}: the gap wants ${error.message}.`;
    return `Your code stopped with an error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What needs the exercise above: it is done where that is right, and else says that it waits. */
export function whenRight<Value>(
  { right, exercise }: CheckResult,
  show: () => Value,
): Value | { _repr_mimebundle_(): Record<string, unknown> } {
  if (right) return show();
  const text = `This waits for exercise ${exercise}.`;
  return { _repr_mimebundle_: () => ({ "text/html": `<i>${escaped(text)}</i>`, "text/plain": text }) };
}

/**
 * The exercises of a chapter and how they stand: a table, and a JSON file to hand in.
 * @param chapter as in "1"
 */
export function marks(chapter: string): { marks: Mark[]; _repr_mimebundle_(): Record<string, unknown> } {
  const found = [...results.values()]
    .filter(({ exercise }) => exercise.startsWith(`${chapter}.`))
    .sort((a, b) => a.exercise.localeCompare(b.exercise));
  const json = JSON.stringify({ chapter, marks: found }, null, 1);
  const rows = found.map(
    ({ exercise, right, tries }) =>
      `<tr><td style="text-align:left">${escaped(exercise)}</td><td style="text-align:left">${right ? "right" : "not yet"}</td><td>${tries}</td></tr>`,
  );
  const html = found.length
    ? `<table cellpadding="4"><tr><th style="text-align:left">exercise</th><th style="text-align:left">answer</th><th>tries</th></tr>${rows.join("")}</table>` +
      `<a download="marks-${escaped(chapter)}.json" href="data:application/json,${encodeURIComponent(json)}">marks-${escaped(chapter)}.json</a>`
    : "<i>No exercise of this chapter has been answered yet.</i>";
  return { marks: found, _repr_mimebundle_: () => ({ "text/html": html, "text/plain": json }) };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
