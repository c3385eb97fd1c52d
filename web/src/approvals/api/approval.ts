import { call } from "../../http/call";

/** How one's registration stands that waits for a decision. */
export interface Approval {
  state: string;
  asks_reason: boolean;
  reason_given: boolean;
  said: string;
  asks_particulars: boolean;
  account_class: string;
  expires_at: string;
}

const at = (id: string) => `/api/v1/registrations/${encodeURIComponent(id)}/approval`;

export function fetchApproval(id: string): Promise<Approval> {
  return call("GET", at(id), { open: true });
}

export function sendReason(id: string, reason: string): Promise<unknown> {
  return call("PUT", at(id), { body: { reason }, open: true });
}

export function withdraw(id: string): Promise<unknown> {
  return call("DELETE", at(id), { open: true });
}

export interface Back {
  registration_id: string;
  progress: { stage: string; held_for: string[]; turned_away: string };
}

/** Uses up the link of a message; the registration has a name on this device then. */
export function followLink(token: string): Promise<Back> {
  return call("POST", "/api/v1/registrations/links", { body: { token }, open: true });
}
