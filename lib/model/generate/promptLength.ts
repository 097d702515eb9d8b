import type { MusicGen } from "../musicgen";

/** Models of which it has been said. */
const told = new WeakSet<MusicGen>();

/**
 * Say, once for each model, that a prompt is longer than anything the model was made for (`max_length` of generation_config.json,
 * MusicGen's: 30 s). It is read nonetheless.
 */
export function hintAtLength(model: MusicGen, promptFrames: number): void {
  const { maxLength } = model.config.generation;
  if (promptFrames <= maxLength || told.has(model)) return;
  told.add(model);
  const seconds = (frames: number) => `${Number((frames / model.frameRate).toPrecision(3))} s`;
  console.warn(
    `The prompt lasts ${seconds(promptFrames)}, and ${model.name} was made for ${seconds(maxLength)}: music after longer prompts tends to fall apart. Its last seconds alone may serve better.`,
  );
}
