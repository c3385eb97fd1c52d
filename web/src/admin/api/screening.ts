import { ask } from "./ask";

export type Mode = "off" | "watch" | "on";

/** A rule as it is set, and what it did in the last day. */
export interface Rule {
  rule: string;
  mode: Mode;
  amount: number;
  usual_amount: number;
  least: number;
  most: number;
  unit: string;
  did: number;
  would: number;
}

interface Budget {
  rule: string;
  left: number;
  of: number;
  low: boolean;
}

export interface Pressure {
  seen_day: number;
  level: number;
  budgets: Budget[];
  tightened: {
    policy_id: string;
    region: string;
    account_class: string;
    door: string;
    state: string;
    since: string;
    until: string | null;
  }[];
}

export interface Listing {
  what: string;
  action: string;
  reason: string;
  expires_at: string | null;
  created_by: string;
  created_at: string;
}

export interface Lists {
  domains: Listing[];
  networks: Listing[];
}

export type ListKind = keyof Lists;
export type Decision = "stage" | "review" | "ignore";

/** Sign-ups that look made by one hand, in numbers. */
export interface Cluster {
  cluster_id: string;
  began_at: string;
  last_at: string;
  decision: Decision | "";
  sign_ups: number;
  accounts: number;
  passed: number;
  staged: number;
  held: number;
  refused: number;
  prefixes: number;
  agents: number;
  contacts: number;
  door: string;
  region: string;
  shape: string;
}

/** A rule that spoke about a sign-up; it names nobody. */
export interface Finding {
  rule: string;
  alike: number;
  since: string | null;
}

/** What screening said about an account's sign-up; `at` is null when nothing is kept of it. */
export interface Found {
  verdict: "pass" | "stage" | "hold" | "refuse";
  at: string | null;
  findings: Finding[];
}

export function fetchFound(accountId: string): Promise<Found> {
  return ask("GET", `/screening/accounts/${encodeURIComponent(accountId)}`);
}

export function fetchPressure(): Promise<Pressure> {
  return ask("GET", "/screening/pressure");
}

export async function fetchRules(): Promise<Rule[]> {
  return (await ask<{ rules: Rule[] }>("GET", "/screening/rules")).rules;
}

export async function setRule(rule: string, mode: Mode, amount: number): Promise<Rule[]> {
  const body = { mode, amount };
  return (await ask<{ rules: Rule[] }>("PUT", `/screening/rules/${rule}`, { body })).rules;
}

/** How many a rule would have met in the last day; null: it has to watch first. */
export async function previewRule(rule: string, amount: number): Promise<number | null> {
  const path = `/screening/rules/${rule}/preview`;
  return (await ask<{ would: number | null }>("GET", path, { query: { amount } })).would;
}

export function fetchLists(): Promise<Lists> {
  return ask("GET", "/screening/lists");
}

export function addListing(
  kind: ListKind,
  listing: { what: string; action: string; reason: string; expires_at?: string },
): Promise<Listing> {
  return ask("POST", `/screening/${kind}`, { body: listing });
}

export function removeListing(kind: ListKind, what: string): Promise<unknown> {
  return ask("DELETE", `/screening/${kind}/${encodeURIComponent(what)}`);
}

export async function fetchClusters(): Promise<Cluster[]> {
  return (await ask<{ clusters: Cluster[] }>("GET", "/screening/clusters")).clusters;
}

export async function decideCluster(clusterId: string, decision: Decision): Promise<number> {
  const path = `/screening/clusters/${encodeURIComponent(clusterId)}/decide`;
  return (await ask<{ accounts: number }>("POST", path, { body: { decision } })).accounts;
}
