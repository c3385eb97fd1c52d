import type { OwnProof } from "../../accounts/api/sessions";
import { call } from "../../http/call";
import type { MineWire, WardsWire, WardWire } from "../../wire.gen";

const MINE = "/api/v1/minors/me";
const ward = (user: string) => `/api/v1/guardian/wards/${encodeURIComponent(user)}`;

/** How old one counts as, what that lets one do, and who answers for one. */
export function fetchMine(): Promise<MineWire> {
  return call("GET", MINE);
}

/** Whether the one who is signed in is known to be under eighteen. */
export async function isMinor(): Promise<boolean> {
  const { at_least } = (await fetchMine()).age;
  return at_least !== null && at_least < 18;
}

export function appeal(words: string): Promise<unknown> {
  return call("POST", `${MINE}/appeal`, { body: { words } });
}

export function askGuardian(user_id: string): Promise<unknown> {
  return call("POST", `${MINE}/guardians`, { body: { user_id } });
}

export function askContact(user_id: string): Promise<unknown> {
  return call("POST", `${MINE}/contacts`, { body: { user_id } });
}

/** For whom one answers, or is asked to. */
export async function fetchWards(): Promise<WardWire[]> {
  return (await call<WardsWire>("GET", "/api/v1/guardian/wards")).wards;
}

export function agreeToWard(user: string, proof: OwnProof, birth_month: string): Promise<unknown> {
  return call("POST", `${ward(user)}/agree`, { body: { ...proof, birth_month } });
}

/** Stops answering for somebody, or declines to. */
export function endWard(user: string, proof: OwnProof): Promise<unknown> {
  return call("POST", `${ward(user)}/end`, { body: proof });
}

/** A guardian's word; `null` takes it back. */
export function sayOfWard(
  user: string,
  proof: OwnProof,
  capability: string,
  allowed: boolean | null,
): Promise<unknown> {
  return call("POST", `${ward(user)}/say`, { body: { ...proof, capability, allowed } });
}

/** A night in minutes of the day, and caps in minor units; `null` is as the house has it. */
export interface LimitsSet {
  night_begins_minute: number | null;
  night_ends_minute: number | null;
  once_minor: number | null;
  month_minor: number | null;
}

export function setLimits(user: string, proof: OwnProof, limits: LimitsSet): Promise<unknown> {
  return call("PUT", `${ward(user)}/limits`, { body: { ...proof, ...limits } });
}

export function answerContact(
  user: string,
  proof: OwnProof,
  user_id: string,
  agreed: boolean,
): Promise<unknown> {
  return call("POST", `${ward(user)}/contacts`, { body: { ...proof, user_id, agreed } });
}
