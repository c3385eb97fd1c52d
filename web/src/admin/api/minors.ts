import type { AccountAgeWire, AgeAppeal, ProfileWire } from "../../wire.gen";
import { ask } from "./ask";

const account = (id: string) => `/minors/accounts/${encodeURIComponent(id)}`;

/** What each age may do here, and by which articles. */
export function fetchAgeRules(): Promise<ProfileWire> {
  return ask("GET", "/minors/rules");
}

/** Who says that the age they count as is wrong, the oldest first. */
export async function fetchAgeAppeals(): Promise<AgeAppeal[]> {
  return (await ask<{ appeals: AgeAppeal[] }>("GET", "/minors/appeals")).appeals;
}

export function fetchAge(accountId: string): Promise<AccountAgeWire> {
  return ask("GET", account(accountId));
}

/** Decides how old somebody counts as, by the first year of a band; it answers their appeal. */
export function settleAge(
  accountId: string,
  at_least: number,
  reason: string,
): Promise<AccountAgeWire> {
  return ask("PUT", `${account(accountId)}/age`, { body: { at_least, reason } });
}
