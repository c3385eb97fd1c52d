import type { Both, GateState } from "../../gate/api/status";
import { ask } from "./ask";

export interface LegalBasis {
  law: string;
  article: string;
  order: string;
}

/** What a policy tells people; the server leaves out what was left empty. */
export interface Words {
  reason?: Partial<Both>;
  legal_basis?: Partial<LegalBasis>[];
  own_decision?: boolean;
  justification?: string;
  technical_necessity?: string;
  expected_resume?: string | null;
  still_works?: Partial<Both>;
  contact?: string;
}

export interface Scope {
  region: string;
  account_class: string;
  door: string;
}

export interface Policy extends Scope {
  policy_id: string;
  state: GateState;
  pace_per_minute: number | null;
  effective_from: string;
  effective_until: string | null;
  words: Words;
  decided_by: string;
  created_at: string;
  ended_at: string | null;
  ended_by: string | null;
  end_reason: string | null;
}

/** A policy as it is sent. */
export interface Draft extends Scope {
  state: GateState;
  pace_per_minute?: number;
  effective_from?: string;
  effective_until?: string;
  reason?: Both;
  legal_basis?: LegalBasis[];
  own_decision?: boolean;
  justification?: string;
  technical_necessity?: string;
  expected_resume?: string;
  still_works?: Both;
  contact?: string;
}

/** How open one region, class and door is. */
export interface Cell extends Scope {
  number: number;
  built: boolean;
  counts_as_registration: boolean;
  state: GateState;
  policy_id: string | null;
}

export interface Change extends Scope {
  built: boolean;
  before: GateState;
  after: GateState;
}

export interface Preview {
  changed: Change[];
  unchanged_count: number;
  in_flight_refused: number;
  in_flight_untouched: number;
  existing_people: Both;
}

export interface Suggestion extends Scope {
  state: GateState;
  pace_per_minute: number | null;
  refused_scopes: number;
  refused_scopes_of_draft: number;
  why: Both;
}

export interface Invite {
  invite_id: string;
  label: string;
  region: string;
  account_class: string;
  uses_left: number;
  expires_at: string;
  created_by: string;
  created_at: string;
  revoked_at: string | null;
}

export interface InviteDraft {
  label: string;
  uses: number;
  expires_at: string;
  region: string;
  account_class: string;
}

export function fetchGrid(): Promise<{ generated_at: string; cells: Cell[] }> {
  return ask("GET", "/gate/grid");
}

export async function fetchPolicies(): Promise<Policy[]> {
  return (await ask<{ policies: Policy[] }>("GET", "/gate/policies")).policies;
}

export async function fetchHistory(): Promise<Policy[]> {
  return (await ask<{ policies: Policy[] }>("GET", "/gate/history")).policies;
}

export function previewMeasure(policies: Draft[], signal?: AbortSignal): Promise<Preview> {
  return ask("POST", "/gate/measures/preview", {
    body: { policies },
    ...(signal ? { signal } : {}),
  });
}

/** Puts all of them in force at one moment, or none. */
export async function takeMeasure(policies: Draft[]): Promise<Policy[]> {
  const answer = await ask<{ policies: Policy[] }>("POST", "/gate/measures", {
    body: { policies },
  });
  return answer.policies;
}

export async function fetchNarrower(draft: Draft): Promise<Suggestion[]> {
  const answer = await ask<{ suggestions: Suggestion[] }>("POST", "/gate/policies/narrower", {
    body: draft,
  });
  return answer.suggestions;
}

export function endPolicy(policyId: string, reason: string): Promise<Policy> {
  return ask("POST", `/gate/policies/${encodeURIComponent(policyId)}/end`, { body: { reason } });
}

export async function fetchInvites(): Promise<Invite[]> {
  return (await ask<{ invites: Invite[] }>("GET", "/gate/invites")).invites;
}

/** Makes an invitation; its token is told this once. */
export function makeInvite(draft: InviteDraft): Promise<{ token: string; invite: Invite }> {
  return ask("POST", "/gate/invites", { body: draft });
}

export function revokeInvite(inviteId: string): Promise<unknown> {
  return ask("DELETE", `/gate/invites/${encodeURIComponent(inviteId)}`);
}
