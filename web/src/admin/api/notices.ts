import type { Notice } from "../../gate/api/status";
import { call } from "../../http/call";
import type { RevokeBody, RotatedWire } from "../../wire.gen";
import { ask } from "./ask";

/** What registration may wait for. */
export interface Work {
  work_id: string;
  kind: string;
  title: string;
  state: "running" | "stalled" | "verified" | "failed";
  done: number;
  total: number;
  opened_at: string;
  heartbeat_at: string;
  ended_at: string | null;
  report_digest: string | null;
  reason: string | null;
}

/** One entry of the public history. */
export interface Entry {
  seq: number;
  at: string;
  change: string;
  notice: Notice | null;
  minutes: number | null;
  hash: string;
  key_id: string;
}

export interface Finding {
  intact: boolean;
  entries: number;
  first_wrong: number | null;
  why: string;
  key_ids: string[];
}

export interface Hook {
  hook_id: string;
  url: string;
  state: "active" | "disabled";
  delivered_seq: number;
  failures: number;
  last_result: string;
  last_at: string | null;
}

/** A key by which notices are signed; `public` in hexadecimal. */
export interface SigningKey {
  key_id: string;
  public: string;
  since: string;
  until: string | null;
  revoked: { at: string; last_seq: number } | null;
}

const hookAt = (hookId: string) => `/notices/hooks/${encodeURIComponent(hookId)}`;

export async function fetchWorks(): Promise<Work[]> {
  return (await ask<{ works: Work[] }>("GET", "/works")).works;
}

/** The newest entries of what everybody can read. */
export async function fetchEntries(): Promise<Entry[]> {
  const answer = await call<{ entries: Entry[] }>("GET", "/api/v1/registration-history", {
    open: true,
    query: { limit: 50 },
  });
  return answer.entries;
}

export function verifyHistory(): Promise<Finding> {
  return ask("GET", "/notices/verify");
}

/** Every key there was, the newest first. */
export async function fetchSigningKeys(): Promise<SigningKey[]> {
  const path = "/.well-known/teahouse-keys.json";
  return (await call<{ keys: SigningKey[] }>("GET", path, { open: true })).keys.reverse();
}

/** Has another key sign from now on, and returns its name. */
export async function rotateSigningKey(): Promise<string> {
  return (await ask<RotatedWire>("POST", "/notices/keys/rotate", { body: {} })).key_id;
}

/** Has a key be believed no more; returns the name of the one that signs. */
export async function revokeSigningKey(keyId: string, body: RevokeBody): Promise<string> {
  const path = `/notices/keys/${encodeURIComponent(keyId)}/revoke`;
  return (await ask<RotatedWire>("POST", path, { body })).key_id;
}

export async function fetchHooks(): Promise<Hook[]> {
  return (await ask<{ hooks: Hook[] }>("GET", "/notices/hooks")).hooks;
}

export function addHook(url: string): Promise<Hook> {
  return ask("POST", "/notices/hooks", { body: { url } });
}

export function removeHook(hookId: string): Promise<unknown> {
  return ask("DELETE", hookAt(hookId));
}

export function enableHook(hookId: string): Promise<unknown> {
  return ask("POST", `${hookAt(hookId)}/enable`);
}
