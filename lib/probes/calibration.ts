import { reader } from "./fields";

/** How often takes of one strength had the trait. */
export interface CalibrationTrial {
  /** 0 is without steering */
  alpha: number;
  successes: number;
  takes: number;
}

/** The strength at which a method of steering succeeds as often as was asked for, on the probes' model. */
export interface Calibration {
  /** "smitin", "iti" or what a method of one's own is called */
  method: string;
  /** in standard deviations */
  alpha: number;
  /** of alpha, 95 %: a bootstrap over prompts, no wider than what was tried */
  interval: [number, number];
  /** the share of takes with the trait that was asked for */
  target: number;
  /** that share at alpha, in takes that the search did not see, and its 95 % Wilson interval */
  success: number;
  successInterval: [number, number];
  /** how many such takes */
  n: number;
  /** who decided: a judge, or else the probes themselves */
  judge: "judge" | "probes";
  /** heads of the set that steered */
  heads: number;
  seed: number;
  /** what was continued, and for how long, in words */
  recipe: string;
  /** the search, in its order */
  trials: CalibrationTrial[];
}

/**
 * The calibrations of a probe file, every field checked.
 * @throws Error naming the file, the field, what was expected and what was found
 */
export function readCalibrations(file: ReturnType<typeof reader>, name: string): Record<string, Calibration> {
  const all = file.object("calibration");
  return Object.fromEntries(
    all.names().map((method) => {
      const one = all.object(method);
      one.is("method", method);
      const [low, high] = one.numbers("interval", 2, 0, 1000);
      const [successLow, successHigh] = one.numbers("successInterval", 2, 0, 1);
      const calibration: Calibration = {
        method,
        alpha: one.number("alpha", 0, 1000),
        interval: [low, high],
        target: one.number("target", 0, 1),
        success: one.number("success", 0, 1),
        successInterval: [successLow, successHigh],
        n: one.count("n"),
        judge: one.oneOf("judge", ["judge", "probes"]),
        heads: one.count("heads"),
        seed: one.number("seed"),
        recipe: one.text("recipe"),
        trials: one.some("trials", "trials").map((item, i) => {
          const trial = reader(item, name, `calibration.${method}.trials[${i}]`);
          const takes = trial.count("takes");
          return {
            alpha: trial.number("alpha", 0, 1000),
            successes: trial.index("successes", takes + 1),
            takes,
          };
        }),
      };
      return [method, calibration];
    }),
  );
}
