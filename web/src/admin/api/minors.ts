import type {
  AccountAgeWire,
  AgeAppeal,
  ProfileWire,
  SchoolYear,
  SchoolYearsWire,
} from "../../wire.gen";
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

/** When schools are closed, by region, the newest school year first. */
export async function fetchHolidays(): Promise<SchoolYear[]> {
  return (await ask<SchoolYearsWire>("GET", "/holidays")).years;
}

/** Loads a school year of a region, instead of what was loaded of it. */
export function loadHolidays(year: SchoolYear): Promise<unknown> {
  return ask("PUT", "/holidays", { body: year });
}

export function removeHolidays(region: string, school_year: number): Promise<unknown> {
  return ask("DELETE", `/holidays/${encodeURIComponent(region)}/${school_year}`);
}
