import type { Particulars } from "./approvals";
import { ask } from "./ask";

export interface OfficialChange {
  change_id: string;
  account_id: string;
  fields: string[];
  state: string;
  rounds: number;
  created_at: string;
  expires_at: string;
}

/** A change beside what is in force; `proposed` is gone once it was decided. */
export interface Compared {
  change: OfficialChange;
  in_force: Particulars;
  proposed: Particulars | null;
  rounds: { number: number; template: string; words: string; answered_at: string | null }[];
}

const BASE = "/officials/changes";
const one = (id: string) => `${BASE}/${encodeURIComponent(id)}`;

export async function fetchChanges(state: string): Promise<OfficialChange[]> {
  return (await ask<{ changes: OfficialChange[] }>("GET", BASE, { query: { state } })).changes;
}

/** Asks for a fresh code of the second factor first; reading is audited. */
export function compareChange(id: string): Promise<Compared> {
  return ask("GET", one(id));
}

export function decideChange(
  id: string,
  decision: string,
  template: string,
  words: string,
): Promise<OfficialChange> {
  return ask("POST", `${one(id)}/decision`, { body: { decision, template, words } });
}
