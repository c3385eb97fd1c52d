import type { RefundCaseWire, RefundsWire, RefundWire } from "../../wire.gen";
import { ask } from "./ask";

const claim = (id: string) => `/refunds/claims/${encodeURIComponent(id)}`;

/** What guardians ask back, by when it is due; with `over`, what is decided and done. */
export async function fetchClaims(over: boolean): Promise<RefundWire[]> {
  return (await ask<RefundsWire>("GET", over ? "/refunds/over" : "/refunds")).refunds;
}

export function fetchClaim(id: string): Promise<RefundCaseWire> {
  return ask("GET", claim(id));
}

/** Takes a step, with reasons; of a payment its reference. */
export function takeClaimStep(id: string, act: string, words: string): Promise<RefundWire> {
  return ask("POST", `${claim(id)}/${encodeURIComponent(act)}`, { body: { words } });
}
