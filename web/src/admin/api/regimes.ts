import { call } from "../../http/call";
import { ask } from "./ask";

export interface Draft {
  region: string;
  account_class: string;
  realname: string;
  limits_speaking: boolean;
  per_day: number;
  days: number;
  reason: { zh: string; en: string };
  /** Absent: at once. */
  effective_from?: string;
}

export interface Regime extends Draft {
  version: number;
  effective_from: string;
  published_by: string;
  published_at: string;
}

export interface Appeal {
  account_id: string;
  region: string;
  version: number;
  words: string;
  appealed_at: string;
}

export async function fetchRegimes(): Promise<Regime[]> {
  return (await call<{ regimes: Regime[] }>("GET", "/api/v1/regimes")).regimes;
}

export function publishRegime(draft: Draft): Promise<Regime> {
  return ask("POST", "/regimes", { body: draft });
}

export async function fetchAppeals(): Promise<Appeal[]> {
  return (await ask<{ appeals: Appeal[] }>("GET", "/regimes/appeals")).appeals;
}

export function decideAppeal(account: string, uphold: boolean, reason: string): Promise<unknown> {
  const path = `/regimes/appeals/${encodeURIComponent(account)}`;
  return ask("POST", path, { body: { uphold, reason } });
}

/** An operator has seen a person's document at a desk. */
export function vouchFor(user_id: string, reason: string): Promise<unknown> {
  return ask("POST", "/realnames", { body: { user_id, reason } });
}
