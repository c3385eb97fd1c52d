import { call } from "../../http/call";
import type { Lang } from "../../i18n/index.svelte";
import type { RestrictionsWire, RestrictionWire } from "../../wire.gen";

const MINE = "/api/v1/account/restriction";

/** The grounds on which the law lets somebody have their data kept and not used. */
export const GROUNDS = ["accuracy", "unlawful", "claims", "objection"] as const;
export type Ground = (typeof GROUNDS)[number];

export const fetchRestrictions = (): Promise<RestrictionsWire> => call("GET", MINE);

export function restrict(
  ground: Ground,
  words: string,
  version: string,
  lang: Lang,
): Promise<RestrictionWire> {
  return call("POST", MINE, { body: { ground, words, policy_version: version, lang } });
}

export const endRestriction = (): Promise<unknown> => call("DELETE", MINE);
