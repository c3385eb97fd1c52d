import { call } from "../../http/call";
import type { Session } from "../state/session.svelte";
import type { Proof } from "../state/work";

export type AccountClass = "personal" | "official";
export type ContactKind = "phone" | "email";
/** Empty: the region of the house itself. */
export type Region = "" | "intl" | "cn-mainland" | "eu";

export interface RegistrationAsked {
  account_class: AccountClass;
  door: ContactKind;
  service_region: Region;
  invite_token?: string;
  proof?: Proof;
}

export interface OfficialSubject {
  name: string;
  subject_kind: string;
  subject_name: string;
  licence: Record<string, string>;
}

export interface Finish {
  username: string;
  password?: string;
  display_name?: string;
  device_name: string;
}

interface Credentials {
  user_id: string;
  access_token: string;
  device_id: string;
}

/** The answer to having signed up or in, as we keep it. */
export function sessionFrom(credentials: Credentials): Session {
  return {
    userId: credentials.user_id,
    accessToken: credentials.access_token,
    deviceId: credentials.device_id,
  };
}

const at = (id: string, step: string) => `/api/v1/registrations/${encodeURIComponent(id)}/${step}`;

/** Asks the gate; raises `ApiError` with code `gate.closed` and its notice when it is closed. */
export function beginRegistration(asked: RegistrationAsked): Promise<{ registration_id: string }> {
  return call("POST", "/api/v1/registrations", { body: asked, open: true });
}

/** Takes a place in line for a challenge, instead of solving it. */
export function standInLine(challenge: string): Promise<{ place: string; wait_seconds: number }> {
  return call("POST", "/api/v1/line", { body: { challenge }, open: true });
}

export function sendConsent(
  id: string,
  version: string,
  purposes: string[],
  lang: string,
  under_14: boolean,
): Promise<unknown> {
  const body = { policy_version: version, accepted_purposes: purposes, lang, under_14 };
  return call("POST", at(id, "consent"), { body, open: true });
}

/** What a registration waits for, or why it was not accepted. */
export interface Progress {
  held_for: string[];
  turned_away: string;
}

export function fetchProgress(id: string): Promise<Progress> {
  return call("GET", `/api/v1/registrations/${encodeURIComponent(id)}`, { open: true });
}

export function sendContact(
  id: string,
  kind: ContactKind,
  value: string,
): Promise<{ resend_after_seconds: number }> {
  return call("POST", at(id, "contact"), { body: { kind, value }, open: true });
}

/** `taken`: an account has this number or address, which only who proved it is told. */
export function sendCode(id: string, code: string): Promise<{ taken?: boolean }> {
  return call("POST", at(id, "code"), { body: { code }, open: true });
}

/** Says that the account which has this number is somebody else's; it is asked to let go. */
export function sayNotMe(id: string): Promise<unknown> {
  return call("POST", at(id, "not-me"), { body: {}, open: true });
}

export function sendOfficial(id: string, subject: OfficialSubject): Promise<unknown> {
  return call("POST", at(id, "official"), { body: subject, open: true });
}

export async function finishRegistration(id: string, finish: Finish): Promise<Session> {
  return sessionFrom(
    await call<Credentials>("POST", at(id, "finish"), { body: finish, open: true }),
  );
}
