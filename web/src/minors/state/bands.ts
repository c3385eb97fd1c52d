import { t } from "../../i18n/index.svelte";

const NODES = [3, 8, 12, 14, 16, 18];

/** A band of ages in words, from its first year; `null` is an age that nobody has told. */
export function bandText(atLeast: number | null): string {
  if (atLeast === null) return t("minors.unknown");
  const until = NODES.find((node) => node > atLeast);
  if (until === undefined) return t("minors.grown");
  return t("minors.band", { from: atLeast, until });
}
