import { ask } from "./ask";

export type Role = "owner" | "registrar" | "moderator" | "auditor";

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

/** The second factor, to be entered into an authenticator. */
export interface SetupBegun {
  uri: string;
  qr_svg: string;
  secret: string;
}

export interface SetupLink {
  url: string;
  role: Role;
  expires_at: string;
}

export function beginSetup(token: string, name: string, password: string): Promise<SetupBegun> {
  return ask("POST", "/setup/begin", { body: { token, name, password }, open: true });
}

export function finishSetup(token: string, code: string): Promise<OpenedConsole> {
  return ask("POST", "/setup/finish", { body: { token, code }, open: true });
}

export function openConsole(name: string, password: string, code: string): Promise<OpenedConsole> {
  return ask("POST", "/sessions", { body: { name, password, code }, open: true });
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
