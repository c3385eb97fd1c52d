import { sessionFrom } from "../../accounts/api/registrations";
import type { Session } from "../../accounts/state/session.svelte";
import { call } from "../../http/call";
import type { Lang } from "../../i18n/index.svelte";

/** An account that an administrator made for somebody, as the link in the message shows it. */
export interface Arrival {
  user_id: string;
  expires_at: string;
  policy_version: string;
}

const one = (token: string) => `/api/v1/arrivals/${encodeURIComponent(token)}`;

export function lookAtArrival(token: string): Promise<Arrival> {
  return call("GET", one(token), { open: true });
}

export async function takeAccount(
  token: string,
  password: string,
  policy_version: string,
  lang: Lang,
  device_name: string,
): Promise<Session> {
  const body = { password, policy_version, lang, device_name };
  return sessionFrom(await call("POST", one(token), { body, open: true }));
}

export function declineAccount(token: string): Promise<unknown> {
  return call("DELETE", one(token), { open: true });
}
