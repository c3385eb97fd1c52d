import { ask } from "./ask";

/** An account as operators see it. */
export interface FoundAccount {
  account_id: string;
  user_id: string;
  account_class: string;
  region: string;
  state: "active" | "locked" | "suspended" | "deactivated";
  state_reason: string;
  administrator: boolean;
  door: string;
  created_at: string;
  deactivated_at: string | null;
}

export interface AccountSession {
  session_id: string;
  device_id: string;
  device_name: string | null;
  last_seen_at: string;
  last_seen_address: string | null;
  created_at: string;
}

export interface AccountDetail {
  account: FoundAccount;
  phone_masked: string | null;
  email_masked: string | null;
  sessions: AccountSession[];
  withheld: boolean;
}

export type AccountAct = "lock" | "unlock" | "suspend" | "unsuspend";

const at = (accountId: string) => `/accounts/${encodeURIComponent(accountId)}`;

export async function findAccounts(search: string): Promise<FoundAccount[]> {
  const answer = await ask<{ accounts: FoundAccount[] }>("GET", "/accounts", { query: { search } });
  return answer.accounts;
}

export function fetchAccount(accountId: string): Promise<AccountDetail> {
  return ask("GET", at(accountId));
}

export function changeAccount(
  accountId: string,
  act: AccountAct,
  reason: string,
): Promise<AccountDetail> {
  return ask("POST", `${at(accountId)}/${act}`, { body: { reason } });
}

export function signOutSession(accountId: string, deviceId: string): Promise<unknown> {
  return ask("DELETE", `${at(accountId)}/sessions/${encodeURIComponent(deviceId)}`);
}
