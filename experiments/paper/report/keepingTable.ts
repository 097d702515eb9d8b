import { bootstrap, mean } from "../../../lib/math/statistics";
import type { SettingResult } from "../shared/settings";
import { number, percent, type Table } from "./table";

/** A table of settings with what their takes keep; of takes of which nothing can be said, nothing. */
export function withKeeping({ columns, rows }: Table, settings: SettingResult[]): Table {
  const keepings = settings.map(({ heard }) => heard.flatMap(({ keeping }) => keeping ?? []));
  return {
    columns: [...columns, "harmony (95 %)", "tempo %", "sound %"],
    rows: rows.map((row, i) => {
      const harmony = keepings[i].flatMap((keeping) => keeping.harmony ?? []);
      const tempo = keepings[i].flatMap((keeping) => keeping.tempo ?? []);
      const { value, low, high } =
        harmony.length > 0 ? bootstrap(harmony) : { value: null, low: null, high: null };
      return [
        ...row,
        number(value, low, high, 2),
        tempo.length > 0 ? percent(mean(tempo.map(Number))) : null,
        percent(mean(keepings[i].map(({ isSound }) => Number(isSound)))),
      ];
    }),
  };
}
