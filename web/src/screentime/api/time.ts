import type { OwnProof } from "../../accounts/api/sessions";
import { call } from "../../http/call";
import type { DayPlanWire, SchoolRegionsWire, TimeLeftWire, TimesWire } from "../../wire.gen";

const MINE = "/api/v1/minors/me/time";
const ward = (user: string) => `/api/v1/guardian/wards/${encodeURIComponent(user)}/time`;

/** What one has of today, what was used in a week, and what a guardian set. */
export function fetchTimes(): Promise<TimesWire> {
  return call("GET", MINE);
}

/** Tells that somebody was looking in this minute; what is left. */
export function useMinute(): Promise<TimeLeftWire> {
  return call("POST", MINE, { body: {} });
}

export function fetchTimesOf(user: string): Promise<TimesWire> {
  return call("GET", ward(user));
}

/** The days of a week from Monday on, and those off school, if they are others. */
export interface PlanSet {
  week: DayPlanWire[];
  off: DayPlanWire | null;
  region: string;
}

/** The regions of which school holidays are known. */
export async function fetchRegions(): Promise<string[]> {
  return (await call<SchoolRegionsWire>("GET", "/api/v1/holidays/regions")).regions;
}

export function setPlan(user: string, proof: OwnProof, plan: PlanSet): Promise<unknown> {
  return call("PUT", ward(user), { body: { ...proof, ...plan } });
}

export function giveMore(user: string, proof: OwnProof, minutes: number): Promise<unknown> {
  return call("POST", `${ward(user)}/more`, { body: { ...proof, minutes } });
}
