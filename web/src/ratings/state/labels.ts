import { t } from "../../i18n/index.svelte";

/** From which age on something is meant to be seen, and whether it may harm minors. */
export interface Label {
  years: number;
  borderline: boolean;
}

/** A label in a few words, as it stands beside a name; empty for what is for everybody. */
export function labelText({ years, borderline }: Label): string {
  const said = [];
  if (years > 0) said.push(t("ratings.from", { years }));
  if (borderline) said.push(t("ratings.borderline"));
  return said.join(" · ");
}

/** A label as it is chosen from a list. */
export function chosenText(label: Label): string {
  return labelText(label) || t("ratings.all");
}

/** A label as one word, for lists in which one is chosen: `16`, or `16b` for a borderline one. */
export function wordOf({ years, borderline }: Label): string {
  return `${years}${borderline ? "b" : ""}`;
}

export function labelOf(word: string): Label {
  return { years: Number.parseInt(word, 10) || 0, borderline: word.endsWith("b") };
}
