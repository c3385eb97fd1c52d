import { type CeremonyJson, makePasskey, showPasskey } from "../../passkeys/state/ceremony";
import type { AuthenticatorBegun, Factors, News, OperatorPasskey } from "../../wire.gen";
import { ask } from "./ask";

export type Role = "owner" | "registrar" | "moderator" | "auditor" | "inspector";

export interface Operator {
  operator_id: string;
  name: string;
  role: Role;
  state: string;
  created_at: string;
}

/** An operator's session, told once. */
export interface OpenedConsole {
  token: string;
  expires_at: string;
  operator: Operator;
}

/** Of an operator who was just set up: the recovery codes, this once. */
export interface SetUpConsole extends OpenedConsole {
  recovery_codes: string[];
}

/** What is shown beside the password. */
export type Factor = { code: string } | { recovery_code: string } | { credential: CeremonyJson };

/** The second factor, to be entered into an authenticator. */
export interface SetupBegun {
  uri: string;
  qr_svg: string;
  secret: string;
  passkey_options: CeremonyJson | null;
  passkeys_required: boolean;
}

export interface SetupLink {
  url: string;
  role: Role;
  expires_at: string;
}

export function beginSetup(token: string, name: string, password: string): Promise<SetupBegun> {
  return ask("POST", "/setup/begin", { body: { token, name, password }, open: true });
}

export function finishSetup(token: string, code: string): Promise<SetUpConsole> {
  return ask("POST", "/setup/finish", { body: { token, code }, open: true });
}

/** As `finishSetup`, with a passkey as the second factor. */
export async function finishByPasskey(
  token: string,
  options: CeremonyJson,
  label: string,
): Promise<SetUpConsole> {
  const body = { token, credential: await makePasskey(options), label };
  return ask("POST", "/setup/finish", { body, open: true });
}

export function openConsole(
  name: string,
  password: string,
  factor: Factor,
): Promise<OpenedConsole> {
  return ask("POST", "/sessions", { body: { name, password, ...factor }, open: true });
}

/** Has the operator show a passkey to the sign-in. */
export async function consolePasskey(signal: AbortSignal): Promise<Factor> {
  const asked = { body: {}, open: true };
  const begun = await ask<{ options: CeremonyJson }>("POST", "/sessions/passkey", asked);
  return { credential: await showPasskey(begun.options, signal) };
}

export function fetchFactors(): Promise<Factors> {
  return ask("GET", "/factors");
}

export async function addOperatorPasskey(
  password: string,
  label: string,
): Promise<OperatorPasskey> {
  const asked = { body: { password } };
  const begun = await ask<{ options: CeremonyJson }>("POST", "/passkeys/begin", asked);
  const body = { credential: await makePasskey(begun.options), label };
  return ask("POST", "/passkeys", { body });
}

export function removeOperatorPasskey(passkeyId: string, password: string): Promise<unknown> {
  return ask("DELETE", `/passkeys/${encodeURIComponent(passkeyId)}`, { body: { password } });
}

export function renameOperatorPasskey(passkeyId: string, label: string): Promise<unknown> {
  return ask("PUT", `/passkeys/${encodeURIComponent(passkeyId)}`, { body: { label } });
}

/** Begins to add an authenticator; the one before counts until the new one has shown a code. */
export function beginAuthenticator(password: string): Promise<AuthenticatorBegun> {
  return ask("POST", "/authenticator/begin", { body: { password } });
}

export function addAuthenticator(code: string): Promise<unknown> {
  return ask("POST", "/authenticator", { body: { code } });
}

export function removeAuthenticator(password: string): Promise<unknown> {
  return ask("DELETE", "/authenticator", { body: { password } });
}

/** What the operator's other sessions did about the ways in, newest first. */
export async function fetchNews(): Promise<News[]> {
  return (await ask<{ news: News[] }>("GET", "/news")).news;
}

export function markNewsRead(): Promise<unknown> {
  return ask("POST", "/news/seen", { body: {} });
}

export async function makeRecoveryCodes(password: string): Promise<string[]> {
  const asked = { body: { password } };
  return (await ask<{ recovery_codes: string[] }>("POST", "/recovery-codes", asked)).recovery_codes;
}

export function requirePasskeys(passkeys_required: boolean): Promise<unknown> {
  return ask("PUT", "/rules", { body: { passkeys_required } });
}

export function closeConsole(): Promise<unknown> {
  return ask("DELETE", "/sessions");
}

export async function fetchOperators(): Promise<Operator[]> {
  return (await ask<{ operators: Operator[] }>("GET", "/operators")).operators;
}

export function inviteOperator(role: Role): Promise<SetupLink> {
  return ask("POST", "/operators", { body: { role } });
}

export function disableOperator(operatorId: string): Promise<unknown> {
  return ask("POST", `/operators/${encodeURIComponent(operatorId)}/disable`);
}
