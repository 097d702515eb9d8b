import { palette } from "../../figures/theme";

/** One colour a trait, distinct under every common colour blindness, readable on light and dark. */
export function traitColour(place: number): string {
  return palette[place % (palette.length - 1)]; // without its black, which a dark page swallows
}
