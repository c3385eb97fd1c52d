import type { Standing } from "../../standing/api/standing";
import { ask } from "./ask";
import type { Finding } from "./screening";

export interface WaitingRequest {
  request_id: string;
  waits_for: string[];
  account_class: string;
  region: string;
  doors: string[];
  signals: Finding[];
  contact_masked: string;
  has_reason: boolean;
  state: string;
  rounds: number;
  words: string;
  decided_at: string | null;
  created_at: string;
  expires_at: string;
}

export interface Queue {
  requests: WaitingRequest[];
  counts: Record<string, number>;
  next: string | null;
}

export interface RequestDetail {
  request: WaitingRequest;
  reason: string;
  rounds: {
    number: number;
    template: string;
    words: string;
    asked_at: string;
    answered_at: string | null;
  }[];
}

export interface Particulars {
  name: string;
  subject_kind: string;
  subject_name: string;
  licence: Record<string, string>;
}

export interface ApprovalRule {
  rule_id: string;
  region: string;
  account_class: string;
  door: string;
  needed: boolean;
  asks_reason: boolean;
}

export interface Template {
  decision: string;
  template: string;
  zh: string;
  en: string;
}

export interface Rules {
  rules: ApprovalRule[];
  templates: Template[];
}

export interface RuleDraft {
  region: string;
  account_class: string;
  door: string;
  needed: boolean;
  asks_reason: boolean;
}

const BASE = "/approvals";

export const fetchQueue = (state: string, cursor = ""): Promise<Queue> =>
  ask("GET", BASE, { query: { state, ...(cursor ? { cursor } : {}) } });

export const fetchRequest = (id: string): Promise<RequestDetail> =>
  ask("GET", `${BASE}/requests/${encodeURIComponent(id)}`);

/** Asks for a fresh code of the second factor first; reading is audited. */
export const fetchParticulars = (id: string): Promise<Particulars> =>
  ask("GET", `/officials/requests/${encodeURIComponent(id)}`);

export const decide = (
  ids: string[],
  decision: string,
  template: string,
  words: string,
): Promise<{ decided: string[] }> =>
  ask("POST", `${BASE}/decisions`, { body: { request_ids: ids, decision, template, words } });

export const fetchRules = (): Promise<Rules> => ask("GET", `${BASE}/rules`);

export const setRule = (rule: RuleDraft): Promise<Rules> =>
  ask("PUT", `${BASE}/rules`, { body: rule });

export const fetchStandingOf = (accountId: string): Promise<Standing> =>
  ask("GET", `/standing/accounts/${encodeURIComponent(accountId)}`);

export const setStage = (accountId: string, stage: string, reason: string): Promise<Standing> =>
  ask("PUT", `/standing/accounts/${encodeURIComponent(accountId)}`, {
    body: { stage, reason },
  });

/** Shows the second factor once more; it counts for ten minutes. */
export const stepUp = (code: string): Promise<unknown> =>
  ask("POST", "/step-up", { body: { code } });
