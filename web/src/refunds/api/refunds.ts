import type { OwnProof } from "../../accounts/api/sessions";
import { call } from "../../http/call";
import type { RefundsWire, RefundWire, SpendingsWire, SpendingWire } from "../../wire.gen";

const MINE = "/api/v1/guardian/refunds";
const ward = (user: string) => `/api/v1/guardian/wards/${encodeURIComponent(user)}`;

/** What a ward spent and still counts, the newest first. */
export async function fetchSpending(user: string): Promise<SpendingWire[]> {
  return (await call<SpendingsWire>("GET", `${ward(user)}/spending`)).spending;
}

/** What one asked back. */
export async function fetchRefunds(): Promise<RefundWire[]> {
  return (await call<RefundsWire>("GET", MINE)).refunds;
}

export function askBack(
  user: string,
  proof: OwnProof,
  reservation_id: string,
  words: string,
): Promise<RefundWire> {
  return call("POST", `${ward(user)}/refunds`, { body: { ...proof, reservation_id, words } });
}

/** Appeals a refusal, or withdraws. */
export function answerRefund(id: string, act: string, words: string): Promise<RefundWire> {
  return call("POST", `${MINE}/${encodeURIComponent(id)}/${encodeURIComponent(act)}`, {
    body: { words },
  });
}
