import { call } from "../../http/call";
import type { Lang } from "../../i18n/index.svelte";

/** What an official account says of itself. */
export interface Particulars {
  name: string;
  subject_kind: string;
  subject_name: string;
  licence: Record<string, string>;
}

/** A change that was proposed; `proposed` is there until it is decided. */
export interface OwnChange {
  state: string;
  proposed: Particulars | null;
  /** What an operator told, in one's language. */
  said: string;
  expires_at: string;
}

export interface OwnChanges {
  in_force: Particulars;
  /** The licence fields that are asked, by kind of subject. */
  needed: Record<string, string[]>;
  change: OwnChange | null;
}

const PLACE = "/api/v1/official/change";

export function fetchOwnChanges(): Promise<OwnChanges> {
  return call("GET", PLACE);
}

export function propose(details: Particulars, lang: Lang): Promise<OwnChanges> {
  return call("PUT", PLACE, { body: { details, lang } });
}

export function withdrawChange(): Promise<unknown> {
  return call("DELETE", PLACE);
}
