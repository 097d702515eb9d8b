/** Asks a person a question and gives the answer. */
export type Ask = (question: string) => string;

/**
 * Give cells the browser's `prompt(question, preset)`, which waits for the answer; an empty one is the preset.
 * @param ask absent where nobody can answer: then it throws
 */
export function providePrompt(ask: Ask | undefined, flush: () => void): void {
  globalThis.prompt = (question = "", preset = "") => {
    if (!ask)
      throw new Error(
        `prompt(${JSON.stringify(question)}): nobody is there to answer, the notebook runs headless; give the value in the cell instead`,
      );
    flush();
    return ask(preset ? `${question} [${preset}] ` : question) || preset;
  };
}

export function withdrawPrompt(): void {
  delete (globalThis as { prompt?: unknown }).prompt;
}
