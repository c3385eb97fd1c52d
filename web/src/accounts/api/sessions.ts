import { call } from "../../http/call";
import type { Lang } from "../../i18n/index.svelte";
import type { Session } from "../state/session.svelte";
import { type ContactKind, sessionFrom } from "./registrations";

export interface Account {
  user_id: string;
  account_class: string;
  region: string;
  display_name: string | null;
  avatar_url: string | null;
  phone_masked: string | null;
  email_masked: string | null;
  has_password: boolean;
  created_at: string;
}

export interface Device {
  device_id: string;
  display_name?: string | null;
  last_seen_ts?: number | null;
  last_seen_ip?: string | null;
}

export type Proof =
  | { kind: ContactKind; value: string; code: string; code_id: string; device_name: string }
  | { kind: "password"; user: string; password: string; device_name: string; restore: boolean };

/** Has a code sent; the answer is the same whether there is such an account or not. */
export function askSignInCode(
  kind: ContactKind,
  value: string,
  lang: Lang,
): Promise<{ resend_after_seconds: number; code_id: string }> {
  return call("POST", "/api/v1/sessions/code", { body: { kind, value, lang }, open: true });
}

/** Has a code sent to one's own number or address, to prove oneself. */
export function askOwnCode(
  kind: ContactKind,
  lang: Lang,
): Promise<{ resend_after_seconds: number }> {
  return call("POST", "/api/v1/account/code", { body: { kind, lang } });
}

export async function openSession(proof: Proof): Promise<Session> {
  return sessionFrom(await call("POST", "/api/v1/sessions", { body: proof, open: true }));
}

export function endSession(): Promise<unknown> {
  return call("POST", "/_matrix/client/v3/logout", { body: {} });
}

export function fetchAccount(): Promise<Account> {
  return call("GET", "/api/v1/account");
}

export async function fetchDevices(): Promise<Device[]> {
  return (await call<{ devices: Device[] }>("GET", "/_matrix/client/v3/devices")).devices;
}

export function signOutDevice(deviceId: string): Promise<unknown> {
  return call("DELETE", `/api/v1/account/sessions/${encodeURIComponent(deviceId)}`);
}

/** What shows that it is really the owner who asks. */
export type OwnProof = { password: string } | { kind: ContactKind | "passkey"; code: string };

/** Begins to end the account; it can be called back for some days, and is erased then. */
export function deactivate(proof: OwnProof): Promise<unknown> {
  return call("POST", "/api/v1/account/deactivate", { body: { ...proof, erase: true } });
}

/** Sets a new password; the other devices stay signed in only if `logoutDevices` is false. */
export function setPassword(
  proof: OwnProof,
  new_password: string,
  logoutDevices: boolean,
): Promise<unknown> {
  const body = { ...proof, new_password, logout_devices: logoutDevices };
  return call("POST", "/api/v1/account/password", { body });
}
