import type { Both, GateState, Notice } from "../../gate/api/status";
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
  related_campaign?: string | null;
  waiting_list?: boolean;
}

/** A promise that could not be kept, told before its time came. */
export interface Slip {
  at: string;
  promised: string;
  expected: string | null;
  reason: Both;
}

/** Somebody's wish to open what waits for its work; a second person confirms. */
export interface Override {
  policy_id: string;
  proposed_by: string;
  proposed_name: string;
  reason: string;
  expires_at: string;
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
  resume_on: string | null;
  resume_title: string;
  resume_pace_per_minute: number | null;
  slips: Slip[];
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
  related_campaign?: string;
  resume_on?: string;
  resume_pace_per_minute?: number;
  /** People may wait for their turn: while suspended, or paced at a single door. */
  waiting_list?: boolean;
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

/** An invitation, and how often it was used. */
export interface Given {
  invite: Invite;
  used: number;
}

/** That somebody came by an invitation; the account is null once it has ended. */
export interface InviteUse {
  use_id: string;
  account_id: string | null;
  used_at: string;
}

/** An invitation that was just made; its token is told this once. */
export interface InviteMade {
  token: string;
  invite: Invite;
  link: string;
  qr_svg: string;
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

/** Ends all of them at one moment, or none. */
export async function endTogether(policyIds: string[], reason: string): Promise<Policy[]> {
  const answer = await ask<{ policies: Policy[] }>("POST", "/gate/measures/end", {
    body: { policy_ids: policyIds, reason },
  });
  return answer.policies;
}

/** The notices that people would get. */
export async function fetchTold(policies: Draft[]): Promise<Notice[]> {
  const answer = await ask<{ notices: Notice[] }>("POST", "/gate/measures/notices", {
    body: { policies },
  });
  return answer.notices;
}

export async function fetchOverrides(): Promise<Override[]> {
  return (await ask<{ overrides: Override[] }>("GET", "/gate/overrides")).overrides;
}

const overrideOf = (policyId: string) => `/gate/policies/${encodeURIComponent(policyId)}/override`;

export function proposeOverride(policyId: string, reason: string): Promise<Override> {
  return ask("POST", overrideOf(policyId), { body: { reason } });
}

export function confirmOverride(policyId: string, reason: string): Promise<Policy> {
  return ask("POST", `${overrideOf(policyId)}/confirm`, { body: { reason } });
}

export async function fetchInvites(): Promise<Given[]> {
  return (await ask<{ invites: Given[] }>("GET", "/gate/invites")).invites;
}

/** Who came by an invitation; reading it is audited. */
export function fetchInviteUses(
  inviteId: string,
  cursor = "",
): Promise<{ uses: InviteUse[]; next: string | null }> {
  const path = `/gate/invites/${encodeURIComponent(inviteId)}/uses`;
  return ask("GET", path, { query: cursor ? { cursor } : {} });
}

/** Makes an invitation; its token is told this once. */
export function makeInvite(draft: InviteDraft): Promise<InviteMade> {
  return ask("POST", "/gate/invites", { body: draft });
}

export function revokeInvite(inviteId: string): Promise<unknown> {
  return ask("DELETE", `/gate/invites/${encodeURIComponent(inviteId)}`);
}
