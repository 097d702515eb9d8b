import { type TraitStyle, traitStyles } from "../../../figures/traitStyle";

/** A trait as a widget draws it. */
export interface TraitLook {
  name: string;
  style: TraitStyle;
}

export function traitLooks(names: string[]): TraitLook[] {
  const styles = traitStyles(names);
  return names.map((name, i) => ({ name, style: styles[i] }));
}

/** As CSS: one colour in each theme. */
export function traitProperties({ light, dark }: TraitStyle): string {
  return `--sm-trait-light:${light};--sm-trait-dark:${dark}`;
}
