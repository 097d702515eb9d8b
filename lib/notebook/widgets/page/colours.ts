import { sequential as scale } from "../../../figures/theme";

/** The figures' scale from dark to light, for a share from 0 to 1. */
export function sequential(share: number): string {
  const at = Math.max(0, Math.min(1, share)) * (scale.length - 1);
  const low = Math.min(scale.length - 2, Math.floor(at));
  const channel = (i: number) => {
    const [a, b] = [scale[low], scale[low + 1]].map(([, colour]) =>
      Number.parseInt(colour.slice(2 * i + 1, 2 * i + 3), 16),
    );
    return Math.round(a + (b - a) * (at - low));
  };
  return `rgb(${channel(0)}, ${channel(1)}, ${channel(2)})`;
}

/** Ink that reads on `sequential(share)`: whichever stands out more, by 4.5 to 1 at least. */
export function inkOn(share: number): string {
  return share > 0.435 ? "#000000" : "#ffffff";
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
