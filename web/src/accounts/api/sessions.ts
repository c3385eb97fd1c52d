import { call, callBytes } from "../../http/call";
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
  created_at: string;
}

export interface Device {
  device_id: string;
  display_name?: string | null;
  last_seen_ts?: number | null;
  last_seen_ip?: string | null;
}

export type Proof =
  | { kind: ContactKind; value: string; code: string; device_name: string }
  | { kind: "password"; user: string; password: string; device_name: string };

export function askSignInCode(
  kind: ContactKind,
  value: string,
): Promise<{ resend_after_seconds?: number }> {
  return call("POST", "/api/v1/sessions/code", { body: { kind, value }, open: true });
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

export function deactivate(proof: { password?: string; code?: string }): Promise<unknown> {
  return call("POST", "/api/v1/account/deactivate", { body: { ...proof, erase: true } });
}

/** Everything the server keeps about the account, as a file. */
export function fetchExport(): Promise<Blob> {
  return callBytes("/api/v1/account/export");
}

export function setPassword(oldPassword: string, newPassword: string): Promise<unknown> {
  const body = { ...(oldPassword ? { old_password: oldPassword } : {}), new_password: newPassword };
  return call("POST", "/api/v1/account/password", { body });
}
