import type { Proof } from "../../accounts/state/work";
import type { GateState } from "../../gate/api/status";
import { call, type Json } from "../../http/call";

/** How to wait for one's turn, as a refusal of the gate tells it. */
export interface Waiting {
  page: string;
  region: string;
  account_class: string;
  /** The one door that the line is for; "*": all of them. */
  door: string;
  people_waiting: boolean;
}

export type Stage = "asked" | "waiting" | "called" | "used" | "lapsed" | "left" | "expired";

/** How somebody stands in line; null is what is not known. */
export interface Standing {
  stage: Stage;
  region: string;
  account_class: string;
  door: string;
  joined_at: string;
  ahead: number | null;
  waiting: number;
  pace_per_minute: number | null;
  estimate: { minutes_min: number; minutes_max: number } | null;
  paused: boolean;
  state: GateState;
  turn: { token: string; expires_at: string } | null;
  poll_after_seconds: number;
}

export interface Turn {
  region: string;
  account_class: "personal" | "official";
  contact_kind: "phone" | "email";
  expires_at: string;
}

export interface Asked {
  kind: "phone" | "email";
  value: string;
  policy_version: string;
  agreed: true;
  account_class: string;
  service_region: string;
  lang: string;
  proof?: Proof;
}

const at = (ticket: string) => `/api/v1/waitlist/${encodeURIComponent(ticket)}`;

export function askForPlace(
  asked: Asked,
): Promise<{ ticket: string; resend_after_seconds: number }> {
  return call("POST", "/api/v1/waitlist", { body: asked, open: true });
}

export function provePlace(ticket: string, code: string): Promise<Standing> {
  return call("POST", `${at(ticket)}/code`, { body: { code }, open: true });
}

export function fetchPlace(ticket: string): Promise<Standing> {
  return call("GET", at(ticket), { open: true });
}

export function leavePlace(ticket: string): Promise<unknown> {
  return call("DELETE", at(ticket), { open: true });
}

export function fetchTurn(token: string): Promise<Turn> {
  return call("GET", `/api/v1/waitlist/turns/${encodeURIComponent(token)}`, { open: true });
}

/** Where one can join a line, as parts of an address. */
export function lineParts(line: { region: string; account_class: string; door: string }): string[] {
  return ["waitlist", line.region, line.account_class, ...(line.door === "*" ? [] : [line.door])];
}

/** How to wait, if a refusal says that one can. */
export function waitingOf(body: Json): Waiting | null {
  const told = body["waitlist"];
  return typeof told === "object" && told !== null && "page" in told ? (told as Waiting) : null;
}
