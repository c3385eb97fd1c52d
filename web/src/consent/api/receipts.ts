import { call } from "../../http/call";
import type { Lang } from "../../i18n/index.svelte";

/** Proof of what the person was asked and answered, and when. */
export interface Receipt {
  receipt_id: string;
  policy_version: string;
  lang: string;
  accepted: string[];
  declined: string[];
  at: string;
}

/** Every receipt of the account, newest first. */
export async function fetchReceipts(): Promise<Receipt[]> {
  return (await call<{ receipts: Receipt[] }>("GET", "/api/v1/account/receipts")).receipts;
}

/** Agrees to one optional purpose, or takes the agreement back; makes a new receipt. */
export function changeConsent(purpose: string, agreed: boolean, lang: Lang): Promise<Receipt> {
  const body = { accept: agreed ? [purpose] : [], withdraw: agreed ? [] : [purpose], lang };
  return call("POST", "/api/v1/account/consents", { body });
}
