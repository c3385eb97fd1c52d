import { call, type Json } from "../../http/call";

/** A text in both languages. */
export interface Both {
  zh: string;
  en: string;
}

export type GateState = "open" | "paced" | "waitlist" | "invite_only" | "suspended";

/** Why new accounts of a scope are not (or not freely) made, and what goes on meanwhile. */
export interface Notice {
  id: string;
  scope: { region: string; account_class: string; door: string };
  state: GateState;
  reason: Both;
  legal_basis: { law: string; article?: string; order?: string }[];
  own_decision: boolean;
  justification: string | Both | null;
  technical_necessity: string | Both | null;
  since: string;
  until: string | null;
  expected_resume: string | null;
  still_works: Both;
  contact: string;
  /** What it is part of; `none` when it is part of nothing. */
  related_campaign: string;
  decided_by: string;
  /** The work whose verified end opens it by itself; empty when there is none. */
  resumes_after: string;
  resume_pace_per_minute: number | null;
  /** What was expected earlier and did not come. */
  promised_before: string[];
  slip_reason: Both | null;
}

export interface RegistrationStatus {
  generated_at: string;
  notices: Notice[];
}

export function fetchRegistrationStatus(): Promise<RegistrationStatus> {
  return call("GET", "/.well-known/registration-status.json", { open: true });
}

/** The notice that came with a refusal, if one did. */
export function noticeOf(body: Json): Notice | null {
  const notice = body["notice"];
  if (typeof notice !== "object" || notice === null || !("reason" in notice)) return null;
  return notice as Notice;
}
