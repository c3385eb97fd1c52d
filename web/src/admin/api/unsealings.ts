import type { UnsealingsWire, UnsealingWanted, UnsealingWire } from "../../wire.gen";
import { ask } from "./ask";

const PLACE = "/unsealings";

/** Who may look at which minors' records: of one account, or the newest of all. */
export function fetchUnsealings(account_id: string): Promise<UnsealingsWire> {
  return ask("GET", PLACE, { query: account_id ? { account_id } : {} });
}

export function askUnsealing(body: UnsealingWanted): Promise<UnsealingWire> {
  return ask("POST", PLACE, { body });
}

/** Takes a step; a no needs a reason. */
export function stepUnsealing(id: string, act: string, words: string): Promise<UnsealingWire> {
  const one = `${PLACE}/${encodeURIComponent(id)}/${encodeURIComponent(act)}`;
  return ask("POST", one, { body: { words } });
}
