import { type ContactKind, sessionFrom } from "../../accounts/api/registrations";
import type { OwnProof } from "../../accounts/api/sessions";
import type { Session } from "../../accounts/state/session.svelte";
import { call } from "../../http/call";
import type { Lang } from "../../i18n/index.svelte";

export interface Told {
  notice_id: string;
  what: string;
  at: string;
  device_name: string | null;
  here: boolean;
  seen: boolean;
  about: string | null;
  place: string | null;
}

export interface OwnContact {
  kind: ContactKind;
  masked: string;
  /** 1 is the main one, 2 the second, 0 one that was replaced and can still be undone. */
  rank: number;
  leaves_at: string | null;
  claimed: boolean;
}

export interface Security {
  notices: Told[];
  contacts: OwnContact[];
  printed_left: number;
  return_ready_at: string | null;
}

interface Sent {
  resend_after_seconds: number;
}

const MINE = "/api/v1/account";
const BACK = "/api/v1/recovery";

/** What a refused code may be completed with: see `MoreProof`. */
export interface More {
  ticket: string;
  needs: string[];
  endsAt: string | null;
}

type Rest = { password: string } | { kind: string; code: string } | { printed: string } | object;

type Credentials = Parameters<typeof sessionFrom>[0];

export function fetchSecurity(): Promise<Security> {
  return call("GET", `${MINE}/security`);
}

export function markSeen(notice_ids: string[]): Promise<unknown> {
  return call("POST", `${MINE}/security/seen`, { body: { notice_ids } });
}

export function beginContact(
  proof: OwnProof,
  contact_kind: ContactKind,
  value: string,
  lang: Lang,
): Promise<Sent> {
  return call("POST", `${MINE}/contacts`, { body: { ...proof, contact_kind, value, lang } });
}

export function finishContact(
  contact_kind: ContactKind,
  value: string,
  code: string,
  replace: boolean,
): Promise<unknown> {
  const body = { contact_kind, value, code, replace };
  return call("POST", `${MINE}/contacts/finish`, { body });
}

export function removeContact(
  proof: OwnProof,
  contact_kind: ContactKind,
  rank: number,
): Promise<unknown> {
  return call("POST", `${MINE}/contacts/remove`, { body: { ...proof, contact_kind, rank } });
}

export function keepContact(contact_kind: ContactKind, code: string): Promise<unknown> {
  return call("POST", `${MINE}/contacts/keep`, { body: { contact_kind, code } });
}

export async function printCodes(proof: OwnProof): Promise<string[]> {
  const made = await call<{ codes: string[] }>("POST", `${MINE}/recovery-codes`, { body: proof });
  return made.codes;
}

export function cancelReturn(): Promise<unknown> {
  return call("POST", `${MINE}/recovery/cancel`, { body: {} });
}

export function undo(word: string): Promise<{ what: string }> {
  return call("POST", `${BACK}/undo`, { body: { word }, open: true });
}

export function beginReturn(printed: string): Promise<{ token: string; ready_at: string }> {
  return call("POST", `${BACK}/begin`, { body: { printed }, open: true });
}

export async function finishReturn(
  token: string,
  password: string,
  device_name: string,
): Promise<Session> {
  const body = { token, device_name, ...(password ? { password } : {}) };
  return sessionFrom(await call<Credentials>("POST", `${BACK}/finish`, { body, open: true }));
}

export function askTicketCode(ticket: string, kind: string, lang: Lang): Promise<Sent> {
  return call("POST", `${BACK}/code`, { body: { ticket, kind, lang }, open: true });
}

export async function proveTicket(
  ticket: string,
  rest: Rest,
  restore: boolean,
  device_name: string,
): Promise<Session> {
  const body = { ticket, restore, device_name, ...rest };
  return sessionFrom(await call<Credentials>("POST", `${BACK}/prove`, { body, open: true }));
}
