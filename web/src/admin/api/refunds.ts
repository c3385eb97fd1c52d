import type { RefundCaseWire, RefundLinesWire, RefundLineWire, RefundWire } from "../../wire.gen";
import { ask } from "./ask";

const claim = (id: string) => `/refunds/claims/${encodeURIComponent(id)}`;

/** What guardians ask back, without their words, by when it is due; with `over`, what is decided and done. */
export async function fetchClaims(over: boolean): Promise<RefundLineWire[]> {
  return (await ask<RefundLinesWire>("GET", over ? "/refunds/over" : "/refunds")).refunds;
}

/** A claim with its words. Reading it is audited. */
export function fetchClaim(id: string): Promise<RefundCaseWire> {
  return ask("GET", claim(id));
}

/** Takes a step, with reasons; of a payment its reference. */
export function takeClaimStep(id: string, act: string, words: string): Promise<RefundWire> {
  return ask("POST", `${claim(id)}/${encodeURIComponent(act)}`, { body: { words } });
}
