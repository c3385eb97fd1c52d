import type { Receipt } from "../api/receipts";

/** Whether the newest receipt that speaks of `purpose` agrees to it; `receipts` newest first. */
export function isAgreed(receipts: readonly Receipt[], purpose: string): boolean {
  const speaks = receipts.find(
    (one) => one.accepted.includes(purpose) || one.declined.includes(purpose),
  );
  return speaks?.accepted.includes(purpose) ?? false;
}
